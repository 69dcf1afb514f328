"""Whose a file is, where others may make files too, as in ``/tmp``."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def others_may_write(folder: Path) -> bool:
    """Whether other users may make files in a folder."""
    return os.name != "nt" and bool(os.lstat(folder).st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def is_ours(path: Path) -> bool:
    """Whether it is this user's, or root's, who may do anything."""
    return os.lstat(path).st_uid in (os.getuid(), 0)


def is_own_folder(path: Path) -> bool:
    """Whether it is a folder, no link to one, that nobody else can have made."""
    is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    return is_folder and (not others_may_write(path.parent) or is_ours(path))
