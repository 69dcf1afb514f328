"""The folder that something is mounted at. What was in it before is never covered."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError

from .mount_table import absolute

FOLDER = "runtime-kit-drives"
COLABS = "/content/drive"


def usual_or(path: str | os.PathLike[str] | None) -> Path | None:
    """The place that was asked for; None for this machine's usual one. Colab's place, which cells
    name by default, means that too where it cannot be made."""
    if not path:
        return None
    can_be = os.path.isdir("/content") or (os.name != "nt" and os.access("/", os.W_OK))
    return None if os.fspath(path) == COLABS and not can_be else absolute(path)


def default_point(remote: str) -> Path:
    """Where a remote is mounted when nothing else was asked for."""
    slug = re.sub(r"[^\w.-]+", "-", remote).strip("-.") or "remote"
    return absolute(Path.home() / FOLDER / slug)


def make_point(point: Path, timeout: float = 10) -> bool:
    """Make the folder, unless there is an empty one. True if it was made.

    :raises StorageError: something is there, or it cannot be made.
    """

    def make() -> bool:
        if os.path.islink(point):
            raise StorageError(
                f"Can't mount at {point}: it is a link. Choose a new or empty folder."
            )
        try:
            if os.listdir(point):
                raise StorageError(
                    f"Can't mount at {point}: it has files, which the mount would "
                    "hide. Choose an empty folder."
                )
            return False
        except NotADirectoryError:
            raise StorageError(
                f"Can't mount at {point}: it is a file. Choose a new or empty folder."
            ) from None
        except FileNotFoundError:
            point.parent.mkdir(parents=True, exist_ok=True)
            if os.name != "nt":  # WinFsp makes it
                point.mkdir(exist_ok=True)
            return True

    try:
        return bounded(make, timeout, str(point))
    except OSError as error:
        raise StorageError(
            f"Can't create {point} ({error.strerror}). Choose another folder to mount at."
        ) from error


def remove_point(point: Path, made: bool) -> None:
    """Take a folder away that was made here, if nobody put anything into it."""
    if made:
        with contextlib.suppress(OSError):
            os.rmdir(point)
