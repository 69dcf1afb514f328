"""Delete folders without ever touching what a link leads to."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

# Where the system can, each name is looked up in the open folder that holds it, so that a folder
# that is exchanged for a link meanwhile leads nowhere else.
_BY_DESCRIPTOR = {os.open, os.stat, os.unlink, os.rmdir} <= os.supports_dir_fd and (
    os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
)


def remove_folder(folder: Path, *, truncate: bool = True) -> None:
    """Delete a folder tree. Of a link, given or met on the way, only the link is deleted.

    Each file is truncated first: Google Drive keeps deleted files in its trash at full size, where
    they count against the quota. Not one that has a second name, which somebody wants to keep, and
    none where the folder is known to be on a disk (``truncate=False``).
    """
    if not stat.S_ISDIR(os.lstat(folder).st_mode):
        os.unlink(folder)
    elif _BY_DESCRIPTOR:
        _remove_below(str(folder), None, truncate)
        os.rmdir(folder)
    else:
        _remove_by_path(folder)


def _remove_below(name: str, parent: int | None, truncate: bool) -> None:
    opened = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        with os.scandir(opened) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for entry, is_folder in found:
            if is_folder:
                _remove_below(entry, opened, truncate)
                os.rmdir(entry, dir_fd=opened)
            else:
                if truncate:
                    _truncate(entry, opened)
                os.unlink(entry, dir_fd=opened)
    finally:
        os.close(opened)


def _truncate(name: str, folder: int | None) -> None:
    with contextlib.suppress(OSError):
        if not _is_ours(os.stat(name, dir_fd=folder, follow_symlinks=False)):
            return
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW
        file = os.open(name, flags, dir_fd=folder)
        try:
            if _is_ours(os.fstat(file)):
                os.ftruncate(file, 0)
        finally:
            os.close(file)


def _is_ours(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def _remove_by_path(folder: Path) -> None:
    for root, folders, names in os.walk(folder, topdown=False):
        for path in (os.path.join(root, name) for name in (*folders, *names)):
            status = os.lstat(path)
            if stat.S_ISDIR(status.st_mode):
                os.rmdir(path)
                continue
            with contextlib.suppress(OSError):
                if _is_ours(status):
                    os.truncate(path, 0)
            os.unlink(path)
    os.rmdir(folder)
