"""Waiting that always ends: at the result, at the time-out, or at the user's interrupt."""

from __future__ import annotations

import contextlib
import errno
import functools
import math
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from runtime_kit.storage.errors import StorageError, StorageTimeout, meaning

T = TypeVar("T")
FOR_EVER = math.inf
SLICE = 0.2
"""Seconds after which a wait looks up: on Windows an interrupt is seen between two of them only."""


class Deadline:
    """A point in time that several waits share."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._end = time.monotonic() + timeout

    @property
    def left(self) -> float:
        return max(self._end - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        return self.left == 0.0


def bounded(function: Callable[[], T], timeout: float, doing: str) -> T:
    """Call a function that may block for ever, as one does that touches a dead mount.

    It runs in a thread of its own, which is left behind when it does not come back: a thread
    that hangs in the kernel cannot be ended, and ends with the process.

    :raises StorageTimeout: it did not come back in time.
    """
    outcome: list[tuple[T | None, BaseException | None]] = []
    done = threading.Event()

    def work() -> None:
        try:
            outcome.append((function(), None))
        except BaseException as error:
            outcome.append((None, error))
        done.set()

    threading.Thread(target=work, name="runtime-kit-storage", daemon=True).start()
    wait_until(done, timeout, doing)
    value, error = outcome[0]
    if error is not None:
        raise error
    return value  # type: ignore[return-value]


def wait_until(done: threading.Event, timeout: float, doing: str) -> None:
    deadline = Deadline(timeout)
    while not done.wait(min(SLICE, deadline.left)):
        if deadline.over:
            raise StorageTimeout(f"{doing} did not answer within {timeout:g} s.")


def run(
    words: Sequence[str | os.PathLike[str]],
    timeout: float,
    doing: str,
    *,
    environment: dict[str, str] | None = None,
    accept: Sequence[int] = (0,),
    stopping: Callable[[], bool] | None = None,
) -> str:
    """What a program prints. It is ended at the time-out, at an interrupt, and when ``stopping``,
    which is for what takes long in the background and gives way to whatever else the processor has
    to do. It does not outlive us: it would write into what a next kernel sends or brings.

    It runs outside of the notebook's process group, so that the interrupt reaches only us, and
    outside of the working directory, which may be on a mount that has died.

    :raises StorageError: it failed; the cause has its words.
    """
    program = os.fspath(words[0])
    if shutil.which(program) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
    process = subprocess.Popen(
        [*tether(), *(_behind() if stopping else []), *(os.fspath(word) for word in words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        cwd=tempfile.gettempdir(),
        env={**os.environ, **(environment or {})},
        **apart(),
    )
    try:
        out, said = _result(process, Deadline(timeout), stopping)
    except subprocess.TimeoutExpired as error:
        raise StorageTimeout(f"{doing} did not end within {timeout:g} s.") from error
    finally:
        if process.poll() is None:
            end(process)
    if process.returncode not in accept:
        cause = subprocess.CalledProcessError(process.returncode, process.args, out, said)
        raise StorageError(f"{doing} failed: {meaning(last_words(said))}.") from cause
    return out


def _result(
    process: subprocess.Popen[str], deadline: Deadline, stopping: Callable[[], bool] | None
) -> tuple[str, str]:
    while True:
        try:
            return process.communicate(timeout=min(deadline.left, SLICE if stopping else FOR_EVER))
        except subprocess.TimeoutExpired:
            if deadline.over:
                raise
            if stopping and stopping():
                raise StorageError("It was stopped.") from None


@functools.lru_cache(1)
def _behind() -> tuple[str, ...]:
    """Words before a command that runs behind a training."""
    program = shutil.which("nice") if os.name == "posix" else None
    return (program, "-n", "10") if program else ()


@functools.lru_cache(1)
def tether() -> tuple[str, ...]:
    """Words before a command with which it ends when the thread that waits for it does, be that by
    SIGKILL. Linux has it, in most of its versions."""
    program = shutil.which("setpriv")
    words = (program, "--pdeathsig", "KILL") if program else ()
    works = words and not subprocess.run([*words, "true"], capture_output=True).returncode
    return words if works else ()


def apart() -> dict[str, Any]:
    """Arguments of Popen for a child that a stop button or a kernel's shutdown does not reach."""
    if os.name == "nt":
        return {"creationflags": 0x00000208}  # DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP
    return {"start_new_session": True}


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a child, even one that is stopped, and collect it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def last_words(said: str) -> str:
    """The end of what a program wrote to stderr: that is where the reason is."""
    return "\n".join(said.strip().splitlines()[-8:])[-2000:]
