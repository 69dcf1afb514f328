"""What an rclone mount has not uploaded yet, read from its cache.

rclone keeps a small JSON file beside each cached one that says whether it still has to be
uploaded. That works with every version, and also when its process hangs or is gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime_kit._os.files import stat_or_none
from runtime_kit.storage.errors import StorageError
from runtime_kit.storage.state import replace


@dataclass(frozen=True)
class CachedFile:
    name: str
    """Relative to the remote, with slashes."""
    dirty: bool
    whole: bool
    """Whether the cache has all of its bytes."""
    stamp: tuple[int, int]
    """Size and time of change of the cached file."""


class VfsCache:
    """The cache folder of one mount."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root_file = folder / "root.txt"

    @property
    def is_new(self) -> bool:
        """Whether rclone has never used it."""
        return stat_or_none(self.folder / "vfs") is None

    def note_root(self, relative: str = "") -> None:
        """Remember where the remote's top is: right after the first mount the cache is a chain of
        empty folders, and the last one is it. Afterwards that cannot be seen any more, and it has
        to be ``relative``."""
        if self.is_noted:
            return
        root = self.folder / "vfs"
        while not relative and root.is_dir() and len(below := list(root.iterdir())) == 1:
            if not below[0].is_dir():
                break
            root = below[0]
        relative = relative or str(root.relative_to(self.folder / "vfs"))
        replace(self._root_file, relative)

    @property
    def is_noted(self) -> bool:
        return bool(self._noted())

    def _noted(self) -> str:
        """Empty where there is none that can be read."""
        try:
            return self._root_file.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return ""

    @property
    def root(self) -> Path:
        """The folder whose files have the same names as those in the remote."""
        return self.folder / "vfs" / self.relative

    @property
    def notes(self) -> Path:
        """The folder of rclone's notes on them, by the same names."""
        return self.folder / "vfsMeta" / self.relative

    def files(self) -> Iterator[CachedFile]:
        """What the cache holds.

        :raises StorageError: it can't be read, so nothing in it may be taken for uploaded.
        """
        top = self.notes
        for folder, _, names in os.walk(top, onerror=_refuse):
            for name in names:
                path = Path(folder, name)
                relative = path.relative_to(top)
                try:
                    meta = json.loads(path.read_bytes())
                    stat = os.stat(self.root / relative)
                except (OSError, ValueError):  # it is being written, or just gone
                    if _is_there(path) and _is_there(self.root / relative):
                        yield CachedFile(relative.as_posix(), True, False, (0, 0))
                    continue
                covered = sum(part["Size"] for part in meta.get("Rs") or [])
                yield CachedFile(
                    relative.as_posix(),
                    bool(meta.get("Dirty")),
                    covered >= meta.get("Size", -1) == stat.st_size,
                    (stat.st_size, stat.st_mtime_ns),
                )

    def pending(self) -> list[str]:
        """Names of the files that are not uploaded."""
        return sorted(file.name for file in self.files() if file.dirty)

    @property
    def relative(self) -> str:
        """The folder of the remote's top among those of the cache; the same for the same remote."""
        return self._noted() or "."


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # gone since its parent was looked at
        reason = error.strerror or error
        raise StorageError(f"Can't read {error.filename} ({reason}).") from error


def _is_there(path: Path) -> bool:
    try:
        return stat_or_none(path) is not None
    except OSError as error:
        _refuse(error)
        return False
