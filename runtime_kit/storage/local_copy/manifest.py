"""What the local copy of a remote knows: which files came from there or went there, and as what."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from runtime_kit._os.files import stat_or_none
from runtime_kit.storage.errors import StorageError
from runtime_kit.storage.state import locked, read_json, write_json

from .copy_tree import OWN, CopyTree
from .file_fingerprint import FileFingerprint, in_utc


class Manifest:
    """Kept in the copy itself: a home, and the copy in it, may come back under a machine of another
    name, or be seen by several."""

    def __init__(self, folder: Path, remote: str) -> None:
        self.folder = folder
        self.remote = remote
        self.entries: dict[str, tuple[FileFingerprint, FileFingerprint]] = {}
        """By name: here and there, when both were last the same."""
        self.own = folder / OWN
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
            name: (FileFingerprint(*here), FileFingerprint(there[0], in_utc(there[1])))
            for name, (here, there) in found["files"].items()
        }
        return True

    def save(self) -> None:
        self.own.mkdir(exist_ok=True, mode=0o700)
        write_json(self._file, {"remote": self.remote, "files": self.entries})

    @property
    def pulling(self) -> dict[str, FileFingerprint]:
        """What a pull that has not ended brings, as it is in the remote."""
        return self._under_way("pull")

    @pulling.setter
    def pulling(self, sides: Mapping[str, FileFingerprint]) -> None:
        self._set_under_way("pull", sides)

    @property
    def sending(self) -> dict[str, FileFingerprint]:
        """What a push that has not ended sends, as it was here."""
        return self._under_way("push")

    @sending.setter
    def sending(self, sides: Mapping[str, FileFingerprint]) -> None:
        self._set_under_way("push", sides)

    def changed(self, tree: CopyTree) -> list[str]:
        """Those that are new or other than when they were last the same on both sides."""
        return sorted(
            name
            for name, side in tree.files.items()
            if name not in self.entries or self.entries[name][0] != side
        )

    def removed(self, tree: CopyTree) -> list[str]:
        gone = (name for name in self.entries if name not in tree.files)
        return sorted(name for name in gone if not tree.hides(name))

    @contextlib.contextmanager
    def alone(self, timeout: float) -> Iterator[None]:
        """Two notebooks that fill or send the same copy: the second waits for the first, and goes
        on from what that one has written down.

        :raises StorageTimeout: for longer than that.
        """
        if stat_or_none(self.folder) is None:
            raise StorageError(f"{self.folder} was deleted. Create it again with drive.mount().")
        self.own.mkdir(exist_ok=True, mode=0o700)
        with locked(self.own / "lock", timeout, str(self.folder)):
            self.load()
            yield

    def _under_way(self, name: str) -> dict[str, FileFingerprint]:
        found = read_json(self.own / f"{name}.json") or {}
        return {name: FileFingerprint(*side) for name, side in found.items()}

    def _set_under_way(self, name: str, sides: Mapping[str, FileFingerprint]) -> None:
        file = self.own / f"{name}.json"
        write_json(file, sides) if sides else file.unlink(missing_ok=True)


def is_copy(folder: Path) -> bool:
    """Whether a folder is the local copy of some remote."""
    with contextlib.suppress(OSError):  # whoever uses it gets the error
        return _file(folder).exists()
    return False


def _file(folder: Path) -> Path:
    return folder / OWN / "files.json"
