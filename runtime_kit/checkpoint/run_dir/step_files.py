"""What can be known of a step without reading its payload.

The one reader for the store, the command line and the panel; carried to kernels by the front end.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..._os.files import read_regular
from ..errors import CheckpointError, DamagedStepError
from .layout import COMMIT, STATE, Commit, FileRecord

_LONGEST = 1 << 29  # bytes of a COMMIT.json or state.json


@contextlib.contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn any error of the block into :class:`DamagedStepError`, so that an older step is used.

    Not what says nothing of the step: a framework that is not installed, memory that is full.
    """
    try:
        yield
    except (CheckpointError, ImportError, MemoryError):
        raise
    except Exception as error:
        text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        # It may be of a version that knows more than this one: it is never deleted for that.
        raise DamagedStepError(f"{what} cannot be understood ({text})", certain=False) from error


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
    with reading(COMMIT):
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
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedStepError(f"{STATE} cannot be read ({error})") from error


def check_sizes(path: Path, commit: Commit) -> None:
    """All files are there with their size: cheap, and finds most damage before a long read."""
    for name, record in commit.files.items():
        with named(name):
            status = os.stat(path / name)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is no regular file")
        if (size := status.st_size) != record.size:
            raise DamagedStepError(f"{name} has {size} bytes instead of {record.size}")


def read_small(path: Path, name: str, most: int = _LONGEST) -> bytes:
    """A whole file of a step."""
    with named(name):
        return read_regular(path, most)


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


def step_summary(body: Mapping[str, Any]) -> dict[str, Any]:
    """``epoch``, ``batch``, ``time`` and numeric ``metrics`` of a state.json, with defaults."""
    metrics = body.get("metrics") or {}
    return {
        "epoch": int(body.get("epoch", 0)),
        "batch": int(body.get("batch", 0)),
        "time": float(body.get("time", 0.0)),
        "metrics": {k: v for k, v in metrics.items() if isinstance(v, (int, float))},
    }
