"""What lies beside a target while it is staged, and what says that it is complete."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from runtime_kit._os.file_lock import file_lock
from runtime_kit._os.files import replace_small

FORMAT = 1
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
        """What the target was staged from; None unless it is the very folder of then."""
        with contextlib.suppress(OSError, ValueError):
            marker = json.loads(self.marker.read_text("utf-8"))
            if marker["format"] == FORMAT and marker["folder"] == _identity(self.target):
                names = marker.get("names", [])
                if not names or any(os.path.lexists(self.target / name) for name in names):
                    return dict(marker["source"])
        return None

    def resume(self, source: dict[str, Any]) -> bool:
        """Make the unfinished folder ready; True if it holds a part of this very source.

        Files written before the machine stopped may be holes afterwards, so another boot starts
        afresh.
        """
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

    def publish(self, source: dict[str, Any], overwrite: bool) -> None:
        """Give the complete folder its name, and write the marker."""
        old = self.partial / "old"
        if overwrite and os.path.lexists(self.target):
            self.target.rename(old)
        (self.partial / "tree").rename(self.target)  # takes the place of an empty folder only
        with os.scandir(self.target) as entries:  # a folder made anew may get the same number
            names = [entry.name for entry in itertools.islice(entries, 20)]
        marker = {"format": FORMAT, "folder": _identity(self.target), "source": source}
        marker |= {"names": names, "when": time.time()}
        replace_small(self.marker, json.dumps(marker).encode())
        if old.is_symlink() or old.is_file():
            old.unlink()
        shutil.rmtree(self.partial)

    def file_lock(self) -> AbstractContextManager[None]:
        """Hold the target against other notebooks that stage it; wait for one that does."""
        return file_lock(self._lock, f"stages {self.target}")


def _identity(folder: Path) -> list[int]:
    status = os.lstat(folder)
    return [status.st_dev, status.st_ino]


def _boot() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""
