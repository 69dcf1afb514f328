"""What the local copy of a remote knows: which files came from there or went there, and as what."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .errors import StorageError
from .state import key_of, read_json, state_folder, write_json

PULLING = ".runtime-kit-pull"
"""Folder inside of the copy for what is on its way."""
# A step that a checkpoint is still writing, and the lock of a run, which means this machine only.
_UNFINISHED = re.compile(r"^\.step-\d+\.tmp-")
_LOCK = ".lock"


class Side(NamedTuple):
    """What a file is like on one side: its size, and a time that changes when it does."""

    size: int
    time: str


UNKNOWN = Side(-1, "")
"""Of a file that was changed while it was sent: whatever it is like now, it is sent again."""


class Manifest:
    """Kept in the user's cache, not in the copy itself."""

    def __init__(self, folder: Path, remote: str) -> None:
        self.folder = folder
        self.remote = remote
        self.entries: dict[str, tuple[Side, Side]] = {}
        self._file = _file(folder)

    def load(self) -> bool:
        """Read it; False where there is none yet.

        :raises StorageError: the folder is a copy of another remote.
        """
        found = read_json(self._file)
        if found is None:
            return False
        if found["remote"] != self.remote:
            raise StorageError(
                f"{self.folder} is the copy of {found['remote']}, not of {self.remote}: "
                "choose another folder."
            )
        self.entries = {
            name: (Side(*here), Side(*there)) for name, (here, there) in found["files"].items()
        }
        return True

    def save(self) -> None:
        write_json(self._file, {"remote": self.remote, "files": self.entries})

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)

    def here(self) -> dict[str, Side]:
        """The files of the copy as they are now."""
        return dict(self._walk())

    def changed(self, here: dict[str, Side]) -> list[str]:
        """Those that are new or other than when they were last the same on both sides."""
        return sorted(
            name
            for name, side in here.items()
            if name not in self.entries or self.entries[name][0] != side
        )

    def removed(self, here: dict[str, Side]) -> list[str]:
        return sorted(name for name in self.entries if name not in here)

    def _walk(self) -> Iterator[tuple[str, Side]]:
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [n for n in folders if n != PULLING and not _UNFINISHED.match(n)]
            for name in names:
                path = Path(folder, name)
                if name == _LOCK or path.is_symlink() or not path.is_file():
                    continue
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue
                yield path.relative_to(self.folder).as_posix(), side_of(stat)


def is_copy(folder: Path) -> bool:
    """Whether a folder is the local copy of some remote."""
    return _file(folder).exists() and folder.is_dir()


def _file(folder: Path) -> Path:
    return state_folder("copies") / f"{key_of(str(folder))}.json"


def side_of(stat: os.stat_result) -> Side:
    return Side(stat.st_size, str(stat.st_mtime_ns))


def remote_side(item: dict[str, Any]) -> Side:
    """From an entry of rclone's listing."""
    return Side(item["Size"], item["ModTime"])
