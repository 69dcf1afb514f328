"""Where data is staged by default, and whether it fits."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from runtime_kit.platform import detect

from .errors import NoSpaceError

RESERVE = 64 << 20
"""Bytes that stay free: a disk filled to the last one breaks everything else."""

LIMIT_FACTOR, LEAST_LIMIT = 100, 2 << 30
"""An archive that unpacks to more than a hundred times its size is not data."""


def fast_folder() -> Path:
    """A folder on this machine's own disk. ``RUNTIME_KIT_STAGE`` overrides it."""
    if chosen := os.environ.get("RUNTIME_KIT_STAGE"):
        return Path(chosen).expanduser()
    if folder := detect().scratch:
        return folder
    temporary = Path(tempfile.gettempdir())
    # A /tmp that is memory would take it from the training.
    if _is_memory(temporary) and os.access("/var/tmp", os.W_OK):
        temporary = Path("/var/tmp")
    user = f"-{os.getuid()}" if sys.platform != "win32" else ""
    return temporary / f"runtime-kit-data{user}"


def need_space(folder: Path, needed: int, what: str) -> None:
    """:raises NoSpaceError: less than that is free where ``folder`` is."""
    free = shutil.disk_usage(folder).free
    if needed + RESERVE > free:
        raise NoSpaceError(
            f"{what} needs {needed / 1e9:.2f} GB, but {folder} has only "
            f"{free / 1e9:.2f} GB free. Free some, or choose another disk with "
            "to=FOLDER"
        )


def default_limit(size: int) -> int:
    """How much an archive of ``size`` bytes may unpack to."""
    return max(LEAST_LIMIT, LIMIT_FACTOR * size)


def _is_memory(folder: Path) -> bool:
    try:
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return False
    return any(line.split()[1:3] == [str(folder), "tmpfs"] for line in mounts)
