"""Starts training scripts in processes of their own and waits for what they say."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]

HEAD = """
import sys, time
sys.path[:0] = [{support!r}]
import torch
torch.set_num_threads(1)
from runtime_kit import Run
from tiny import Tiny
"""


class Script:
    """A Python process; its lines of output are read as they come."""

    def __init__(self, code: str, *arguments: object) -> None:
        head = HEAD.format(support=str(Path(__file__).parent))
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", head + code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )
        self.lines: list[str] = []

    def wait_for(self, text: str) -> str:
        """Read until a line has ``text``."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if text in line:
                return line.rstrip()
        raise AssertionError(f"no {text!r} in:\n" + "\n".join(self.lines))

    def end(self, timeout: float = 60) -> int:
        """Wait for the end; its exit status, negative for a signal."""
        out, _ = self.process.communicate(timeout=timeout)
        self.lines += out.splitlines()
        return self.process.returncode

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def __enter__(self) -> Script:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def eventually(condition, what: str, seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.02)
