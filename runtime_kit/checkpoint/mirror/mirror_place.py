"""Where the copies of a run's steps are kept: in a folder, or beyond one, in a remote."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from runtime_kit.checkpoint.run_dir.layout import Commit
from runtime_kit.checkpoint.store import Store

from .mirror_copy import copy_step

T = TypeVar("T")


class MirrorPlace(Protocol):
    """What :class:`MirrorSync` needs of the place that it copies to. All of it raises OSError where
    the place fails."""

    def open(self, keep: int, best: tuple[str, str] | None) -> Store:
        """The steps that are there."""

    def copy(self, source: Path, commit: Commit, stopping: Callable[[], bool]) -> int:
        """Copy one step and prove that it arrived; the bytes that were sent.

        :raises DamagedStepError: the source itself is damaged.
        """

    def tidy(self) -> None:
        """What is left to do when a step is there, and decides nothing."""

    def reach(self, access: Callable[[], T]) -> T:
        """Make one access to the folder itself.

        :raises OSError: also where it does not answer in time.
        """

    def bring(self) -> bool:
        """Make what is there readable in the mirror's folder; True if more can be read there now.

        :raises StorageError: it cannot be asked.
        """


class FolderPlace:
    """A folder: another disk, or a mount of whatever kind that takes files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, keep: int, best: tuple[str, str] | None) -> Store:
        self._folder.mkdir(parents=True, exist_ok=True)
        return Store(self._folder, keep=keep, best=best)

    def copy(self, source: Path, commit: Commit, stopping: Callable[[], bool]) -> int:
        return copy_step(source, commit, self._folder)

    def tidy(self) -> None:
        pass

    def reach(self, access: Callable[[], T]) -> T:
        return access()  # a copy to it would hang as well

    def bring(self) -> bool:
        return False


def place_of(folder: Path) -> MirrorPlace:
    """A folder that ``runtime_kit.storage`` has made of a remote is passed by: what is written to
    it is not in the remote yet, and has to be sent from there a second time."""
    storage = sys.modules.get("runtime_kit.storage.session")  # there if something is mounted
    found: MirrorPlace | None = storage.mirror_place(folder) if storage is not None else None
    return found or FolderPlace(folder)
