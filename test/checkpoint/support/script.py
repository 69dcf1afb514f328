"""Starts training scripts in processes of their own and waits for what they say."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
SUPPORT = Path(__file__).parent

HEAD = """
import sys, time
import torch
from runtime_kit import Run
from tiny import Tiny
"""


class Zygote:
    """A process that forks scripts; see zygote.py."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(ROOT), str(SUPPORT)])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, str(SUPPORT / "zygote.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.ended: dict[int, int] = {}
        self._read()

    def start(self, code: str, arguments: list[str], output: str, errors: str = "") -> int:
        """``errors``: where the error output goes, with the rest by default."""
        assert self.process.stdin is not None
        request = {
            "code": code,
            "arguments": arguments,
            "output": output,
            "errors": errors or output,
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        while "status" in (line := self._read()):
            pass
        return int(line["pid"])

    def wait(self, pid: int) -> int:
        while pid not in self.ended:
            self._read()
        return self.ended[pid]

    def _read(self) -> dict:
        assert self.process.stdout is not None
        line = json.loads(self.process.stdout.readline())
        if "status" in line:
            self.ended[line["pid"]] = line["status"]
        return line

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def zygote() -> Zygote:
    """The one of this test run."""
    if Script.zygote is None:
        Script.zygote = Zygote()
    return Script.zygote


class Script:
    """A Python process; its lines of output are read as they come."""

    zygote: Zygote | None = None

    def __init__(self, code: str, *arguments: object) -> None:
        self._folder = tempfile.TemporaryDirectory()
        pipe = str(Path(self._folder.name) / "output")
        os.mkfifo(pipe)
        self.pid = zygote().start(HEAD + code, [str(a) for a in arguments], pipe)
        self.output = open(pipe)  # noqa: SIM115
        self.lines: list[str] = []

    def wait_for(self, text: str) -> str:
        """Read until a line has ``text``."""
        for line in self.output:
            self.lines.append(line.rstrip())
            if text in line:
                return line.rstrip()
        raise AssertionError(f"no {text!r} in:\n" + "\n".join(self.lines))

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def end(self) -> int:
        """Wait for the end; its exit status, negative for a signal."""
        self.lines += self.output.read().splitlines()
        assert Script.zygote is not None
        return Script.zygote.wait(self.pid)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def __enter__(self) -> Script:
        return self

    def __exit__(self, *_: object) -> None:
        assert Script.zygote is not None
        if self.pid not in Script.zygote.ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            Script.zygote.wait(self.pid)
        self.output.close()
        self._folder.cleanup()
