"""What can be known of a step without reading its payload.

The one reader for the store, the command line and the panel; carried to kernels by the front end.
"""

from __future__ import annotations

import errno
import json
import os
import zlib
from pathlib import Path
from typing import Any

from ..errors import DamagedStepError
from .layout import COMMIT, STATE, Commit, FileRecord


def look_at_step(path: Path, step: int) -> tuple[Commit, dict[str, Any]]:
    """COMMIT.json and state.json of a step whose files all have their size.

    :raises DamagedStepError: something is missing or wrong; :class:`UnknownFormatError` where a
        newer version wrote it.
    """
    commit = read_commit(path, step)
    check_sizes(path, commit)
    return commit, read_state(path, commit)


def read_commit(path: Path, step: int) -> Commit:
    """COMMIT.json of a step folder; :class:`DamagedStepError` where it is missing or wrong."""
    return Commit.loads(read_small(path / COMMIT, COMMIT), step)


def read_state(path: Path, commit: Commit) -> dict[str, Any]:
    """state.json, checked against COMMIT.json."""
    text = read_small(path / STATE, STATE)
    compare(STATE, commit.files[STATE], len(text), zlib.crc32(text))
    try:
        state = json.loads(text)
        if state["step"] != commit.step:
            raise ValueError(f"it is of step {state['step']}")
        return dict(state)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedStepError(f"{STATE} cannot be read ({error})") from error


def check_sizes(path: Path, commit: Commit) -> None:
    """All files are there with their size: cheap, and finds most damage before a long read."""
    for name, record in commit.files.items():
        with named(name):
            size = os.stat(path / name).st_size
        if size != record.size:
            raise DamagedStepError(f"{name} has {size} bytes instead of {record.size}")


def read_small(path: Path, name: str) -> bytes:
    """A whole file of a step."""
    with named(name):
        return path.read_bytes()


def compare(name: str, record: FileRecord, size: int, value: int) -> None:
    """:raises DamagedStepError: size or CRC are not those that COMMIT.json lists."""
    if size != record.size:
        raise DamagedStepError(f"{name} has {size} bytes instead of {record.size}")
    if value != record.crc32:
        raise DamagedStepError(f"{name} is damaged (its checksum differs)")


class named:
    """Turns an OSError into the reason why this file of the step cannot be used."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise DamagedStepError(f"{self.name} is missing") from error
        if isinstance(error, OSError):
            code = errno.errorcode.get(error.errno or 0, "error")
            raise DamagedStepError(
                f"{self.name} cannot be read ({code}: {error.strerror})", certain=False
            ) from error
