"""What a provider of storage is: a small object that knows one way to a durable folder."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from runtime_kit._os.timeouts import Deadline

PATIENCE = 10.0
"""Seconds that a healthy folder may take to answer."""


@dataclass(frozen=True)
class Request:
    """What the user asks for. Empty means: whatever this machine has."""

    point: Path | None = None
    """Where to mount."""
    remote: str = ""
    """A remote of rclone's, `name:` or `name:folder`."""
    read_only: bool = False
    folder: str = ""
    """A folder in the Drive or remote; the copy provider brings it along."""
    timeout: float = 120.0

    def within(self, deadline: Deadline) -> Request:
        """The same in what is left of a time that several share."""
        return replace(self, timeout=deadline.left)


@dataclass
class Mounted:
    """A folder that is ready, and who keeps it so."""

    provider: Provider
    path: Path
    """The top folder of the Drive or remote."""
    durable: bool
    detail: str = ""
    point: Path | None = None
    """The mount point, where that is another folder than `path`."""
    remote: str = ""
    read_only: bool = False
    fresh: bool = False
    """Whether it was mounted just now, and for this."""
    extra: dict[str, Any] = field(default_factory=dict)
    """What the provider keeps for itself."""

    @property
    def root(self) -> Path:
        return self.point or self.path


class Flushed(NamedTuple):
    """The answer of a flush. False in a condition where the remote is not known to have all."""

    confirmed: bool
    text: str

    def __bool__(self) -> bool:
        return self.confirmed


class Provider:
    """One way to a folder. The registry has them in the order in which they are tried."""

    name = ""
    title = ""
    serves_remotes = False
    """Whether it can be used when the user names a remote."""

    has_remote = False
    """Whether its folders are those of a remote of rclone's, which can be reached past them."""

    def why_not(self, request: Request) -> str:
        """Why it cannot be used here, found out without trying; empty if it may."""
        raise NotImplementedError

    def detect(self, request: Request) -> bool:
        return not self.why_not(request)

    def mount(self, request: Request) -> Mounted:
        """
        :raises Unsuited: it does not work here; the next one is tried.
        :raises StorageError: it would work, once the user has done something.
        """
        raise NotImplementedError

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        """Return when what was written is where it is to last."""
        return Flushed(mounted.durable, "a local folder: nothing to upload.")

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        """Give the folder back; what was done, in a sentence."""
        return f"{mounted.path} is a local folder: there is nothing to unmount."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        """Bring a mount back that has died."""
        return mounted

    def probe(self, mounted: Mounted) -> None:
        """Touch the folder; raises what is wrong with it, and may block for ever."""
        with os.scandir(mounted.path) as entries:
            next(entries, None)

    def free(self, mounted: Mounted) -> int | None:
        """Bytes that are free; None where that is not known. May block as well."""
        usage = shutil.disk_usage(mounted.path)
        # rclone answers a petabyte where a remote does not say.
        return usage.free if usage.total < 2**49 else None

    def refresh(self, mounted: Mounted) -> None:
        """Something has changed in the remote, which the folder is to show soon."""

    def bring(self, mounted: Mounted, name: str) -> bool:
        """Make a file or folder of the remote readable here; True if something came."""
        self.refresh(mounted)
        return False

    def trash(self, mounted: Mounted, empty: bool, timeout: float) -> int | None:
        """Bytes in the trash; None where nobody can tell."""
        return None
