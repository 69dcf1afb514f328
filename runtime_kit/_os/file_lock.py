"""Locks of files: one process at a time. A lock is released when its process ends."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .say import say
from .timeouts import Deadline

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def locked(path: Path, timeout: float, late: Exception) -> Iterator[None]:
    """Hold a file's lock. Raises ``late`` where somebody else has it for ``timeout`` seconds."""
    deadline = Deadline(timeout)
    with open(path, "a+b", opener=_opener) as file:
        while not try_lock(file):
            if deadline.over:
                raise late
            time.sleep(0.05)
        yield  # closing the file gives the lock back


@contextlib.contextmanager
def file_lock(lock: Path, doing: str) -> Iterator[None]:
    """Let one process make something; the others wait and find it made. The file is there while its
    lock is held.

    :param doing: what the others do, as a part of a sentence.
    """
    told = False
    try:
        while True:
            with open(lock, "ab", opener=_opener) as file:
                if try_lock(file) and _is_still(lock, file.fileno()):
                    try:
                        yield
                    finally:
                        _delete(lock)
                    return
            if not told:
                say(f"Another process {doing}. Waiting for it.")
                told = True
            time.sleep(0.3)
    finally:
        # Windows deletes no open file: not the one that was ours, nor one that is another's by now.
        if os.name == "nt":
            _delete(lock)


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _opener(path: str, flags: int) -> int:
    """A link of this name would have the file made wherever it leads."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _is_still(path: Path, descriptor: int) -> bool:
    """Not the file of a process that has deleted it since."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    return False


def try_lock(file: IO[bytes]) -> bool:
    """Take an open file's lock if nobody has it."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        # Some file systems of clusters have no locks: waiting for one would never end there.
        return error.errno in (errno.ENOSYS, errno.ENOTSUP, errno.EINVAL)
    return True
