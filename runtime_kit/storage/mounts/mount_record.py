"""What is known of a mount that rclone keeps, shared by the notebooks of this machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from runtime_kit.storage.state import key_of, locked, read_json, state_folder, write_json

from .mount_table import mounted_at


@dataclass
class MountRecord:
    point: str
    remote: str
    read_only: bool
    cache: str
    """rclone's own cache for this mount: what was not uploaded yet is there, also after a crash."""
    pid: int = 0
    made: bool = False
    """Whether the mount point was made for it."""
    users: list[int] = field(default_factory=list)
    """Process ids of the kernels that mounted it or found it mounted."""

    @property
    def where(self) -> Path:
        return Path(self.point)

    def save(self) -> None:
        write_json(_file(self.where), asdict(self))

    def forget(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            _file(self.where).unlink()

    def join(self) -> None:
        """Note that this kernel uses it too."""
        self.users = [*self.other_users(), os.getpid()]
        self.save()

    def other_users(self) -> list[int]:
        return [pid for pid in self.users if pid != os.getpid() and _lives(pid)]


def record_of(point: Path) -> MountRecord | None:
    found = read_json(_file(point))
    return MountRecord(**found) if found else None


def records_for(remote: str) -> list[MountRecord]:
    """Those of a remote whose mount is there."""
    files = sorted(state_folder("mounts").glob("*.json"))
    found = [MountRecord(**content) for content in map(read_json, files) if content]
    here = [each for each in found if each == record_of(each.where)]  # not another machine's
    return [each for each in here if each.remote == remote and mounted_at(each.where)]


def new_record(point: Path, remote: str, read_only: bool) -> MountRecord:
    cache = state_folder("vfs", key_of(str(point), remote))
    return MountRecord(str(point), remote, read_only, str(cache))


@contextlib.contextmanager
def one_at_a_time(point: Path, timeout: float) -> Iterator[None]:
    """Two notebooks that mount, fill or send the same place: the second waits for the first.

    :raises StorageTimeout: for longer than that.
    """
    with locked(_file(point).with_suffix(".lock"), timeout, str(point)):
        yield


def _file(point: Path) -> Path:
    return state_folder("mounts") / f"{key_of(str(point))}.json"


def _lives(pid: int) -> bool:
    if os.name == "nt":
        return False  # os.kill would end it there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
