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

    def note_root(self) -> None:
        """Remember where the remote's top is: right after the first mount the cache is a chain of
        empty folders, and the last one is it. Afterwards that cannot be told any more."""
        if self._root_file.exists():
            return
        root = self.folder / "vfs"
        while root.is_dir() and len(below := list(root.iterdir())) == 1 and below[0].is_dir():
            root = below[0]
        self._root_file.write_text(str(root.relative_to(self.folder / "vfs")), encoding="utf-8")

    @property
    def root(self) -> Path:
        """The folder whose files have the same names as those in the remote."""
        return self.folder / "vfs" / self.relative

    def files(self) -> Iterator[CachedFile]:
        top = self.folder / "vfsMeta" / self.relative
        for folder, _, names in os.walk(top):
            for name in names:
                path = Path(folder, name)
                relative = path.relative_to(top)
                try:
                    meta = json.loads(path.read_bytes())
                    stat = os.stat(self.root / relative)
                except (OSError, ValueError):  # it is being written, or just gone
                    if path.exists() and (self.root / relative).exists():
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
        try:
            return self._root_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return "."
