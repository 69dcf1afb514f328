"""Programs that are run, waited for with a limit, and ended with whoever waits."""

from __future__ import annotations

import contextlib
import errno
import functools
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .timeouts import FOR_EVER, SLICE, Deadline

logger = logging.getLogger(__name__)


class Stopped(Exception):
    """The program was ended because ``stopping`` said so."""


def run(
    words: Sequence[str | os.PathLike[str]],
    timeout: float,
    *,
    environment: dict[str, str] | None = None,
    stopping: Callable[[], bool] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end. It is ended at the time-out, at an interrupt, and when
    ``stopping``, which is for what takes long in the background and gives way to whatever else the
    processor has to do. It does not outlive us: it would write into what a next kernel sends.

    It runs outside of the notebook's process group, so that the interrupt reaches only us, and
    outside of the working directory, which may be on a mount that has died.

    :raises FileNotFoundError: there is no such program.
    :raises subprocess.TimeoutExpired: it did not end within ``timeout`` seconds.
    :raises Stopped: ``stopping`` was true.
    """
    program = os.fspath(words[0])
    if shutil.which(program) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
    begin = time.monotonic()
    process = subprocess.Popen(
        [*tether(), *(behind() if stopping else []), *(os.fspath(word) for word in words)],
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
    finally:
        if process.poll() is None:
            end(process)
        # Only what it was asked to do: further words may hold what is secret.
        asked = " ".join(os.fspath(word) for word in words[:2])
        logger.debug("%s: code %s, %.1f s", asked, process.returncode, time.monotonic() - begin)
    return subprocess.CompletedProcess(process.args, process.returncode, out, said)


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
                raise Stopped from None


@functools.lru_cache(1)
def behind() -> tuple[str, ...]:
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


def start_apart(words: Sequence[str | os.PathLike[str]], **options: Any) -> subprocess.Popen[Any]:
    """Start a program that outlives us, where a stop button does not reach it.

    In a thread, which an interrupt does not reach: in the midst of Popen it would leave a program
    that nobody knows.

    :param options: those of Popen.
    """
    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(lambda: subprocess.Popen(words, **options, **apart()))
        try:
            return started.result()
        except BaseException:
            if started.exception() is None:
                end(started.result())
            raise


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
