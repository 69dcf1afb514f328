"""One process at a time that makes something; the others wait and find it made."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from runtime_kit.storage.state import try_lock


@contextlib.contextmanager
def file_lock(lock: Path, doing: str) -> Iterator[None]:
    """Hold a file's lock, which goes with the process; the file is there while it is held.

    :param doing: what the others do, as a part of a sentence.
    """
    told = False
    while True:
        with open(lock, "ab", opener=_opener) as file:
            if try_lock(file) and _is_still(lock, file.fileno()):
                try:
                    yield
                finally:
                    with contextlib.suppress(OSError):
                        lock.unlink()
                return
        if not told:
            print(f"runtime-kit: another process {doing}: waiting for it")
            told = True
        time.sleep(0.3)


def _opener(path: str, flags: int) -> int:
    """A link of this name would have the file made wherever it leads."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _is_still(path: Path, descriptor: int) -> bool:
    """Not the file of a process that has deleted it since."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    return False
