"""Where data is staged by default, and whether it fits."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import stat
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
    if sys.platform == "win32":  # a folder of the user's own already
        return temporary / "runtime-kit-data"
    return _own_folder(temporary / f"runtime-kit-data-{os.getuid()}")


@functools.lru_cache(maxsize=2)
def _own_folder(folder: Path) -> Path:
    """The folder, for this user only. Anyone may make one of this name in a shared ``/tmp`` and put
    forged data into it: what belongs to somebody else, or is a link, is not used."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    status = os.lstat(folder)
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    if is_ours and not status.st_mode & 0o022:  # nobody else could write there so far
        os.chmod(folder, 0o700)
        return folder
    return Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))


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
