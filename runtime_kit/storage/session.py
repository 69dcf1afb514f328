"""What this kernel has mounted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import StorageError
from .health import Watch
from .mounts.mount_table import absolute
from .provider import Mounted

if TYPE_CHECKING:
    from .run_mirror.remote_place import RemotePlace

_mounts: dict[Path, tuple[Mounted, Watch]] = {}


def remember(mounted: Mounted) -> None:
    """The newest one is what the functions of `drive` are about."""
    _mounts.pop(mounted.path, None)
    _mounts[mounted.path] = (mounted, Watch(mounted))


def forget(mounted: Mounted) -> None:
    _mounts.pop(mounted.path, None)


def latest() -> Mounted | None:
    return next(reversed(_mounts.values()))[0] if _mounts else None


def all_mounts() -> list[Mounted]:
    return [mounted for mounted, _ in _mounts.values()]


def watch(mounted: Mounted) -> Watch:
    return _mounts[mounted.path][1]


def find(path: str | os.PathLike[str] | None) -> Mounted:
    """The mount that a path lies in; the newest one where there is no path.

    :raises StorageError:
    """
    if path is None:
        newest = latest()
        if newest is None:
            raise StorageError("Nothing is mounted. Call drive.mount() first.")
        return newest
    wanted = absolute(path)
    for mounted in reversed(all_mounts()):
        if wanted in (mounted.path, mounted.root) or mounted.path in wanted.parents:
            return mounted
    raise StorageError(f"{wanted} is not in any folder that this kernel has mounted.")


def mirror_place(folder: Path) -> RemotePlace | None:
    """How the mirror of a run reaches the remote behind ``folder``; None where there is none that
    can be reached past the folder."""
    for mounted in reversed(all_mounts()):
        if mounted.provider.has_remote and mounted.path in folder.parents:
            from .run_mirror.remote_place import RemotePlace  # loads the checkpoint engine

            return RemotePlace(mounted, folder)
    return None
