"""The last part of a mount: the folder is there and answers, or nothing of the mount stays."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from runtime_kit._os.timeouts import Deadline

from .calls import bounded
from .errors import StorageError, StorageTimeout, meaning
from .provider import Mounted
from .rclone import program as rclone

REASON = 10.0
"""Seconds to find out why a folder does not answer."""


def make_ready(mounted: Mounted, folder: Path, read_only: bool, deadline: Deadline) -> None:
    """Make the folder, or see that it is there, and look into it.

    :raises StorageError: why it cannot be used. A mount that was made for it is taken back.
    """

    def work() -> None:
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True)
        with os.scandir(folder) as entries:
            next(entries, None)

    try:
        bounded(work, max(deadline.left, 1.0), str(folder))
    except BaseException as error:
        if mounted.fresh:
            with contextlib.suppress(StorageError, OSError):
                mounted.provider.unmount(mounted, 0, True)
        if isinstance(error, (OSError, StorageTimeout)):
            raise StorageError(_why(mounted, folder, error)) from error
        raise


def _why(mounted: Mounted, folder: Path, error: Exception) -> str:
    """What the remote says itself is plainer than the errors of a mount of it."""
    if mounted.provider.has_remote:
        try:
            rclone.reach(mounted.remote, REASON)
        except StorageError as reason:
            return str(reason)
    if isinstance(error, OSError):
        return f"Can't use {folder} ({error.strerror or meaning(error)})."
    return f"{error} Try again, with a longer timeout= if the network is slow."
