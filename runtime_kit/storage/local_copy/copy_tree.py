"""What is in a local copy of a remote, looked at once."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime_kit._os.files import stat_or_none
from runtime_kit.storage.errors import StorageError

from .file_fingerprint import FileFingerprint, fingerprint

OWN = ".runtime-kit-copy"
"""Folder inside of the copy for what is known of it, and for what is on its way."""
# A step that a checkpoint is still writing, and the lock of a run, which means this machine only.
_UNFINISHED = re.compile(r"^\.step-\d+\.tmp-")
_LOCK = ".lock"


@dataclass(frozen=True)
class CopyTree:
    folder: Path
    files: dict[str, FileFingerprint]
    links: list[str]
    """What is behind them is not looked at."""

    def hides(self, name: str) -> bool:
        """Whether a file may be there all the same: it is a link, or behind one."""
        return name in self.links or name.startswith(tuple(f"{link}/" for link in self.links))

    def links_out(self) -> list[str]:
        """Links to what is outside of the copy, so that nothing else sends it."""
        top = os.path.join(os.path.realpath(self.folder), "")
        paths = {name: self.folder / name for name in self.links}
        outside = (n for n, path in paths.items() if not os.path.realpath(path).startswith(top))
        return sorted(name for name in outside if stat_or_none(paths[name]))


def look(folder: Path) -> CopyTree:
    """The files of the copy as they are now.

    :raises StorageError: they cannot be seen: that is no reason to take them for deleted.
    """
    links: list[str] = []
    return CopyTree(folder, dict(_walk(folder, links)), links)


def _walk(top: Path, links: list[str]) -> Iterator[tuple[str, FileFingerprint]]:
    for folder, folders, names in os.walk(top, onerror=_refuse):
        folders[:] = [n for n in folders if n != OWN and not _UNFINISHED.match(n)]
        for name in (*folders, *names):
            path = Path(folder, name)
            if path.is_symlink():
                links.append(path.relative_to(top).as_posix())
                continue
            if name == _LOCK:
                continue
            try:
                status = stat_or_none(path)
            except OSError as error:
                _refuse(error)
                continue
            if status is not None and stat.S_ISREG(status.st_mode):
                yield path.relative_to(top).as_posix(), fingerprint(status)


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # deleted since its parent was looked at
        reason = error.strerror or error
        raise StorageError(f"Can't read {error.filename} ({reason}).") from error
