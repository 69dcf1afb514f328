"""Where the storage part keeps what it has to remember, private to the user."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runtime_kit import platform
from runtime_kit._os.file_lock import locked as hold
from runtime_kit._os.files import explain, replace_small

from .errors import StorageError, StorageTimeout


def state_folder(*parts: str) -> Path:
    """A folder below that of :func:`platform.state_folder`, made if needed.

    :raises StorageError: it cannot be made, say in a home that is read-only.
    """
    try:
        folder = platform.state_folder().joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder
    except (OSError, RuntimeError) as error:  # RuntimeError: the user has no home
        why = getattr(error, "strerror", None) or error
        raise StorageError(
            f"Can't keep what a mount needs to remember ({why}: "
            f"{getattr(error, 'filename', None) or 'home folder'}). Set the environment variable "
            "RUNTIME_KIT_STATE to a folder of yours that can be written."
        ) from error


def key_of(*words: str) -> str:
    """A file name for something on this machine: homes are shared between the machines of a hub."""
    text = "\0".join([socket.gethostname(), *words])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def write_json(path: Path, content: Any) -> None:
    """Replace a file at once, readable by the user only."""
    replace(path, json.dumps(content, ensure_ascii=False))


def replace(path: Path, text: str) -> None:
    """Whoever reads it, or is killed meanwhile, finds the old or the new content.

    :raises StorageError: it cannot be written.
    """
    try:
        replace_small(path, text.encode("utf-8", "surrogateescape"), mode=0o600)
    except OSError as error:  # a full disk
        text = explain(error, path.parent)
        raise StorageError(f"{text[:1].upper()}{text[1:]}.") from error


def read_json(path: Path) -> Any:
    """Its content, or None where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def locked(path: Path, timeout: float, what: str) -> Iterator[None]:
    """Hold a file's lock; see :func:`file_lock.locked`.

    :param what: what it is about, as a part of a sentence.
    :raises StorageTimeout: another notebook has held it for ``timeout`` seconds.
    """
    late = StorageTimeout(
        f"Another notebook has been busy with {what} for {timeout:g} s. Wait for it, or stop it."
    )
    with hold(path, timeout, late):
        yield
