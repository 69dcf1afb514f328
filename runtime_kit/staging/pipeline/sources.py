"""Where an archive is read from: a file, most often one in a mount that may go away."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from runtime_kit.staging.calls import within
from runtime_kit.staging.errors import SourceGoneError, StageError

BLOCK = 2 << 20
"""Mounts are fast with one reader that asks for much at a time."""

PAUSE = 0.5  # seconds between tries while the source fails

# What a remote that goes away makes a mount say. The rest (no permission, a loop) stays wrong.
MAY_COME_BACK = {
    errno.EIO,
    errno.ENOTCONN,
    errno.ETIMEDOUT,
    errno.ESTALE,
    errno.EAGAIN,
    errno.EBUSY,
    errno.ENODEV,
    errno.ENXIO,
    errno.ECONNRESET,
    errno.ECONNABORTED,
    errno.EREMOTEIO if hasattr(errno, "EREMOTEIO") else errno.EIO,
}


class Source(Protocol):
    """An archive that can be read from any place on, forwards."""

    name: str
    size: int
    stamp: int
    """When it was changed, in nanoseconds."""
    trouble: str
    """Why nothing comes at the moment; empty while it does."""

    def blocks(self, start: int, stop: threading.Event) -> Iterator[bytes]:
        """Everything from ``start`` on. Goes on where it was when the source comes back."""


class FileSource:
    """A file, reopened at the same place when its mount fails and comes back."""

    def __init__(self, path: Path, timeout: float) -> None:
        status = within(timeout, str(path), os.stat, path)
        if not stat.S_ISREG(status.st_mode):
            raise StageError(f"{path} is neither a file nor a folder")
        self.path = path
        self.name = str(path)
        self.size = status.st_size
        self.stamp = status.st_mtime_ns
        self.trouble = ""

    def blocks(self, start: int, stop: threading.Event) -> Iterator[bytes]:
        position = start
        while position < self.size and not stop.is_set():
            try:
                with open(self.path, "rb", buffering=0) as file:
                    self._same(os.fstat(file.fileno()))
                    file.seek(position)
                    while position < self.size and not stop.is_set():
                        block = file.read(BLOCK)
                        if not block:
                            raise OSError(errno.EIO, "it ends early")
                        self.trouble = ""
                        position += len(block)
                        if position >= self.size:  # nobody asks for more than the last one
                            self._same(os.fstat(file.fileno()))
                        yield block
            except FileNotFoundError as error:
                # An unmounted folder is empty: the file comes back with the mount.
                self.trouble = f" ({error.strerror})"
            except OSError as error:
                if error.errno not in MAY_COME_BACK:
                    raise SourceGoneError(f"{self.name}: {error.strerror or error}") from error
                self.trouble = f" ({error.strerror or error})"
            if self.trouble:
                stop.wait(PAUSE)

    def _same(self, status: os.stat_result) -> None:
        if (status.st_size, status.st_mtime_ns) != (self.size, self.stamp):
            raise StageError(f"{self.name} was changed while it was read. Call this again")
