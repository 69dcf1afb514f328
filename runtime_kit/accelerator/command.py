"""Runs tools that may hang, and counts what they cost."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping

from .._os import child_python

_spent = threading.local()  # a thread counts what it had run itself


def run(
    seconds: float,
    *command: str,
    environment: Mapping[str, str] | None = None,
    folder: str | None = None,
) -> tuple[str, int | None]:
    """What a tool said, and its exit code; None where it had to be stopped.

    A process that a stuck driver holds cannot even be killed: then this does not return, so it is
    called from a thread of its own (``telemetry.background_probe``).
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        cwd=folder,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        with process:
            assert process.stdout is not None
            said = process.stdout.read().strip()
            _reap(process)
    finally:
        timer.cancel()
    if late.is_set():
        return f"no answer in {seconds:.0f} s", None
    return said, process.returncode


def run_python(
    seconds: float, *arguments: str, environment: Mapping[str, str] | None = None
) -> tuple[str, int | None]:
    """The same for this Python, which imports nothing from the working directory."""
    variables = child_python.environment(environment)
    python = child_python.command(*arguments)
    return run(seconds, *python, environment=variables, folder=child_python.folder())


def is_there(name: str) -> bool:
    """A tool is on the path; looked up once a minute."""
    return _which(name, os.environ.get("PATH"), int(time.monotonic() // 60)) is not None


@functools.lru_cache(maxsize=8)
def _which(name: str, path: str | None, minute: int) -> str | None:
    return shutil.which(name, path=path)


def take_cost() -> float:
    """Processor seconds of the tools that this thread ran since its last call."""
    cost: float = getattr(_spent, "seconds", 0.0)
    _spent.seconds = 0.0
    return cost


def _reap(process: subprocess.Popen[str]) -> None:
    """Wait for its end in the way that tells what it used; the user's children do not count."""
    with contextlib.suppress(AttributeError, OSError):  # no wait4 here, or reaped by somebody else
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        _spent.seconds = getattr(_spent, "seconds", 0.0) + usage.ru_utime + usage.ru_stime
