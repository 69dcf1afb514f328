"""Reading and writing at an offset, also where the system has no pread and pwrite (Windows)."""

from __future__ import annotations

import os
import threading

BINARY = getattr(os, "O_BINARY", 0)
_lock = threading.Lock()


def read_at(descriptor: int, target: memoryview, offset: int) -> int:
    """Fill ``target`` from ``offset``; bytes read, 0 at the end of the file."""
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [target], offset)
    with _lock:
        os.lseek(descriptor, offset, os.SEEK_SET)
        data = os.read(descriptor, len(target))
    target[: len(data)] = data
    return len(data)


def write_at(descriptor: int, data: memoryview, offset: int) -> int:
    """Write ``data`` at ``offset``; bytes written."""
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, data, offset)
    with _lock:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)
