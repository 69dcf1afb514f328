"""Staging that is killed, interrupted, or done twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from archives import content, make_archive, make_folder, needs
from remotes import LIMIT, eventually

from runtime_kit import stage

ROOT = Path(__file__).parents[2]

# Reads slowly, so that the kill comes in the middle wherever the machine is.
CHILD = """
import sys, time
from runtime_kit import stage
from runtime_kit.staging import copy_folder, sources, zip_reader
sources.BLOCK = 1 << 16
slow = sources.FileSource.blocks
def blocks(self, start, stop):
    for block in slow(self, start, stop):
        time.sleep(0.02)
        yield block
sources.FileSource.blocks = blocks
read = copy_folder._pieces
def pieces(path, crew):
    time.sleep(0.05)
    yield from read(path, crew)
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


LONG_AGO = 1_500_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = make_folder(tmp_path_factory.mktemp("source") / "data", count=100, size=60_000)
    for path in top.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (LONG_AGO, LONG_AGO))
    return top


def whole(tree: Path) -> dict[str, int]:
    """Those that were complete: a file gets its time last."""
    return {n: i for n, i in inodes(tree).items() if (tree / n).stat().st_mtime < LONG_AGO + 99}


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "folder"])
def test_sigkill_and_again(
    folder: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if reason := needs("zip"):
        pytest.skip(reason)
    source = folder if kind == "folder" else make_archive(folder, kind)
    target, tree = tmp_path / "out", tmp_path / ".out.staging" / "tree"
    for wanted in (10, 40):
        process = child(source, target)
        eventually(lambda n=wanted: tree.exists() and len(whole(tree)) >= n, "files arrive")
        process.kill()
        process.wait()
        assert not target.exists(), "a part is never under the name"
    before = whole(tree)
    assert len(before) >= 40
    stage(source, target)
    assert "going on with" in capsys.readouterr().out
    after = inodes(target)
    assert {name: after[name] for name in before} == before, "what was there is written again"
    expected, got = content(folder), content(target)
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        assert got[name] == value or (got[name][0] == value[0]), name  # type: ignore[index]
    assert not (tmp_path / ".out.staging").exists()


def test_another_source_does_not_go_on(folder: Path, tmp_path: Path) -> None:
    """What is unfinished of one archive is no part of another."""
    source = make_archive(folder, "tar")
    tree = tmp_path / ".out.staging" / "tree"
    process = child(source, tmp_path / "out")
    eventually(lambda: tree.exists() and len(inodes(tree)) >= 5, "files arrive")
    process.kill()
    process.wait()
    other = make_archive(make_folder(tmp_path / "other", count=3), "tar")
    stage(other, tmp_path / "out")
    assert content(tmp_path / "out") == content(tmp_path / "other")


@pytest.mark.parametrize("kind", ["tar", "folder"])
def test_an_interrupt_ends_it(folder: Path, tmp_path: Path, kind: str) -> None:
    source = folder if kind == "folder" else make_archive(folder, kind)
    tree = tmp_path / ".out.staging" / "tree"
    process = child(source, tmp_path / "out")
    eventually(lambda: tree.exists() and len(inodes(tree)) >= 5, "files arrive")
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=LIMIT)
    assert "is done" not in output and process.returncode == -signal.SIGINT
    stage(source, tmp_path / "out")
    assert content(tmp_path / "out") == content(folder)


def test_two_at_once(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = make_archive(folder, "tar")
    tree = tmp_path / ".out.staging" / "tree"
    first = child(source, tmp_path / "out")
    eventually(lambda: tree.exists() and len(inodes(tree)) >= 1, "files arrive")
    stage(source, tmp_path / "out", progress=False)
    said = capsys.readouterr().out
    assert "waiting for it" in said and "is staged already" in said
    output, _ = first.communicate(timeout=LIMIT)
    assert "is done" in output
    assert content(tmp_path / "out") == content(folder)
    assert {p.name for p in tmp_path.iterdir()} == {"out", ".out.staged.json"}
