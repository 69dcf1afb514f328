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
        self.links: list[str] = []
        """Those that `here` has found; what is behind them is not looked at."""
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

    @property
    def pulling(self) -> dict[str, Side]:
        """What a pull that has not ended brings, as it is in the remote."""
        found = read_json(self._file.with_suffix(".pull")) or {}
        return {name: Side(*side) for name, side in found.items()}

    @pulling.setter
    def pulling(self, sides: dict[str, Side]) -> None:
        file = self._file.with_suffix(".pull")
        write_json(file, sides) if sides else file.unlink(missing_ok=True)

    def here(self) -> dict[str, Side]:
        """The files of the copy as they are now.

        :raises StorageError: they cannot be seen: that is no reason to take them for deleted.
        """
        if not self.folder.is_dir():
            raise StorageError(f"{self.folder} is not there any more: drive.mount() makes it anew.")
        self.links = []
        return dict(self._walk())

    def changed(self, here: dict[str, Side]) -> list[str]:
        """Those that are new or other than when they were last the same on both sides."""
        return sorted(
            name
            for name, side in here.items()
            if name not in self.entries or self.entries[name][0] != side
        )

    def removed(self, here: dict[str, Side]) -> list[str]:
        behind = tuple(f"{link}/" for link in self.links)
        gone = (name for name in self.entries if name not in here and name not in self.links)
        return sorted(name for name in gone if not name.startswith(behind))

    def links_out(self) -> list[str]:
        """Links to what is outside of the copy, so that nothing else sends it."""
        top = os.path.join(os.path.realpath(self.folder), "")
        paths = {name: self.folder / name for name in self.links}
        outside = (n for n, path in paths.items() if not os.path.realpath(path).startswith(top))
        return sorted(name for name in outside if paths[name].exists())

    def _walk(self) -> Iterator[tuple[str, Side]]:
        for folder, folders, names in os.walk(self.folder, onerror=_refuse):
            folders[:] = [n for n in folders if n != PULLING and not _UNFINISHED.match(n)]
            for name in (*folders, *names):
                path = Path(folder, name)
                if path.is_symlink():
                    self.links.append(path.relative_to(self.folder).as_posix())
                    continue
                if name == _LOCK or not path.is_file():
                    continue
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue
                yield path.relative_to(self.folder).as_posix(), side_of(stat)


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # deleted since its parent was looked at
        reason = error.strerror or error
        raise StorageError(f"{error.filename} cannot be read ({reason}).") from error


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
