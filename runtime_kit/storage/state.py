"""Where the storage part keeps what it has to remember, private to the user."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from runtime_kit import platform
from runtime_kit._os.timeouts import Deadline

from .errors import StorageTimeout

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def state_folder(*parts: str) -> Path:
    """A folder below that of :func:`platform.state_folder`, made if needed."""
    folder = platform.state_folder().joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def key_of(*words: str) -> str:
    """A file name for something on this machine: homes are shared between the machines of a hub."""
    text = "\0".join([socket.gethostname(), *words])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def write_json(path: Path, content: Any) -> None:
    """Replace a file at once, readable by the user only."""
    replace(path, json.dumps(content, ensure_ascii=False))


def replace(path: Path, text: str) -> None:
    """Whoever reads it, or is killed meanwhile, finds the old or the new content."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError:  # a full disk
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def read_json(path: Path) -> Any:
    """Its content, or None where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def locked(path: Path, timeout: float, what: str) -> Iterator[None]:
    """Hold a file's lock: one process at a time. It goes with the process that holds it.

    :param what: what it is about, as a part of a sentence.
    :raises StorageTimeout:
    """
    deadline = Deadline(timeout)
    with open(path, "a+b") as file:
        while not try_lock(file):
            if deadline.over:
                raise StorageTimeout(
                    f"Another notebook was still busy with {what} after {timeout:g} s: wait for "
                    "it, or stop it."
                )
            time.sleep(0.05)
        yield  # closing the file gives the lock back


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
