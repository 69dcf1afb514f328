"""What lies beside a target while it is staged, and what says that it is complete."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from runtime_kit._os.file_lock import file_lock
from runtime_kit._os.files import read_regular, replace_small
from runtime_kit._os.ownership import is_ours, is_own_folder, others_may_write

from .errors import StageError

FORMAT = 2
SAMPLE = 500  # files that are looked at when a folder is taken as staged
MOST = 1 << 20  # bytes of a marker
LONGEST = 200  # bytes of a name that leave room for what is added to it


class StagingPaths:
    """The marker, the lock and the unfinished folder of one target.

    They lie beside the target rather than in it, so that the folder is exactly what the archive
    holds, and appears under its name in one step, when it is complete.
    """

    def __init__(self, target: Path) -> None:
        name = target.name
        if len(os.fsencode(name)) > LONGEST:
            name = hashlib.sha1(os.fsencode(name)).hexdigest()
        self.target = target
        self.marker = target.parent / f".{name}.staged.json"
        self.partial = target.parent / f".{name}.staging"
        self._lock = target.parent / f".{name}.staging.lock"

    def staged(self) -> dict[str, Any] | None:
        """What the target was staged from; None unless it is the very folder of then.

        Where others may write, they may have made both folder and marker: there both must be this
        user's, and each file that the marker names as it was.
        """
        # A marker may hold anything: each error of reading it means that it is none.
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
            marker = self._read_marker()
            if marker["format"] != FORMAT or marker["folder"] != _identity(self.target):
                return None
            sample = marker["sample"]
            different = self._different(sample)
            if others_may_write(self.target.parent):
                if different or not (is_ours(self.target) and is_ours(self.marker)):
                    return None
            elif sample and different == len(sample):  # a new folder may get the same number
                return None
            return dict(marker["source"])
        return None

    def changed(self) -> int:
        """How many files of the marker's sample are missing or have another size."""
        return self._different(self._read_marker()["sample"])

    def _read_marker(self) -> Any:
        return json.loads(read_regular(self.marker, MOST))

    def _different(self, sample: list[list[Any]]) -> int:
        return sum(_size(self.target / path) != size for path, size in sample)

    def resume(self, source: dict[str, Any]) -> bool:
        """Make the unfinished folder ready; True if it holds a part of this very source.

        Files written before the machine stopped may be holes afterwards, so another boot starts
        afresh.

        :raises StageError: it is somebody else's.
        """
        if os.path.lexists(self.partial) and not is_own_folder(self.partial):
            raise StageError(
                f"{self.partial} belongs to another user or is a link. Delete it, or choose "
                "another folder with to="
            )
        wanted = json.dumps({"format": FORMAT, "source": source, "boot": _boot()})
        identity = self.partial / "identity.json"
        with contextlib.suppress(OSError):
            if identity.read_text("utf-8") == wanted:
                shutil.rmtree(self.partial / "tmp", ignore_errors=True)
                (self.partial / "tmp").mkdir()
                return True
        if self.partial.exists():
            shutil.rmtree(self.partial)
        for folder in ("tree", "tmp"):
            (self.partial / folder).mkdir(parents=True)
        replace_small(identity, wanted.encode())
        return False

    def publish(self, source: dict[str, Any], overwrite: bool, files: int) -> None:
        """Give the complete folder with so many files its name, and write the marker."""
        old = self.partial / "old"
        if overwrite and os.path.lexists(self.target):
            self.target.rename(old)
        with contextlib.suppress(OSError):  # an empty folder may be replaced, and nothing else
            self.target.rmdir()
        (self.partial / "tree").rename(self.target)
        marker = {"format": FORMAT, "folder": _identity(self.target), "source": source}
        marker |= {"sample": _sample(self.target, files), "when": time.time()}
        replace_small(self.marker, json.dumps(marker).encode())
        if old.is_symlink() or old.is_file():
            old.unlink()
        shutil.rmtree(self.partial)

    def file_lock(self) -> AbstractContextManager[None]:
        """Hold the target against other notebooks that stage it; wait for one that does."""
        return file_lock(self._lock, f"stages {self.target}")


def _sample(folder: Path, files: int) -> list[list[Any]]:
    """Path and size of files from all over the folder, of each where there are few."""
    paths = itertools.islice(_files(folder), 0, None, max(1, files // SAMPLE))
    return [[str(path), _size(folder / path)] for path in itertools.islice(paths, SAMPLE)]


def _files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where, name).relative_to(folder) for name in names)


def _size(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return os.lstat(path).st_size
    return None


def _identity(folder: Path) -> list[int]:
    status = os.lstat(folder)
    return [status.st_dev, status.st_ino]


def _boot() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""
