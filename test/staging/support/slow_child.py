"""Staging in another process, which is slow enough to be killed in the middle of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
LONG_AGO = 1_500_000_000

# Reads slowly, so that the kill comes in the middle wherever the machine is.
CHILD = """
import sys, time
from runtime_kit import stage
from runtime_kit.staging import copy_folder
from runtime_kit.staging.pipeline import sources
sources.BLOCK = 1 << 16
slow = sources.FileSource.blocks
def blocks(self, start, stop):
    for block in slow(self, start, stop):
        time.sleep(0.02)
        yield block
sources.FileSource.blocks = blocks
read = copy_folder._pieces
def pieces(path, pool):
    time.sleep(0.05)
    yield from read(path, pool)
copy_folder._pieces = pieces
print("begins", flush=True)
stage(sys.argv[1], sys.argv[2], timeout=3600, progress=False, workers=2)
print("is done", flush=True)
"""


def child(source: Path, target: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CHILD, str(source), str(target)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None and process.stdout.readline() == "begins\n"
    return process


def inodes(tree: Path) -> dict[str, int]:
    return {
        str(path.relative_to(tree)): path.stat().st_ino
        for path in tree.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
