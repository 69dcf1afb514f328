"""A remote of rclone's without FUSE: a local folder that is filled on demand and sent by flush."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from runtime_kit._os.say import say
from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage import session
from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError, disk_meaning
from runtime_kit.storage.local_copy.copy_pull import pull
from runtime_kit.storage.local_copy.copy_push import push
from runtime_kit.storage.local_copy.copy_tree import OWN
from runtime_kit.storage.local_copy.manifest import Manifest
from runtime_kit.storage.mounts.mount_point import default_point, make_point
from runtime_kit.storage.mounts.mount_table import absolute
from runtime_kit.storage.provider import Flushed, Mounted, Request
from runtime_kit.storage.rclone import program as rclone

from .rclone_remote import RcloneRemote


class RcloneCopy(RcloneRemote):
    name = "rclone-copy"
    title = "rclone copy"

    def mount(self, request: Request) -> Mounted:
        remote = rclone.remote_for(request)[0]
        deadline = Deadline(request.timeout)
        rclone.reach(remote, deadline.left)
        folder = request.point or default_point(remote)
        manifest = Manifest(folder, remote)
        with _told(folder):
            bounded(lambda: _prepare(manifest), deadline.left, str(folder))
        mounted = Mounted(
            self,
            folder,
            durable=True,
            detail=(
                f"a local copy of {remote.rstrip(':')}: drive.pull(name) "
                "downloads, drive.flush() uploads"
            ),
            remote=remote,
            read_only=request.read_only,
            extra={"manifest": manifest},
        )
        if request.folder:
            self.pull(mounted, [request.folder], deadline.left)
        return mounted

    def pull(self, mounted: Mounted, names: list[str], timeout: float) -> int:
        """Bring files or folders from the remote; how many files came."""
        manifest: Manifest = mounted.extra["manifest"]
        deadline = Deadline(timeout)
        with _told(mounted.path), manifest.alone(timeout):
            return sum(pull(manifest, name, deadline) for name in names)

    def flush(
        self, mounted: Mounted, timeout: float, *, overwrite: bool = False, delete: bool = False
    ) -> Flushed:
        if mounted.read_only:
            return Flushed(True, "read-only: nothing is sent.")
        manifest: Manifest = mounted.extra["manifest"]
        with _told(mounted.path), manifest.alone(timeout):
            return push(manifest, Deadline(timeout), overwrite=overwrite, delete=delete)

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        if not force:
            done = self.flush(mounted, timeout)
            if not done:
                raise StorageError(done.text)
        return f"{mounted.path} stays as a local folder. Nothing more is uploaded from it."

    def bring(self, mounted: Mounted, name: str) -> bool:
        return self.pull(mounted, [name], 3600) > 0

    def probe(self, mounted: Mounted) -> None:
        with _told(mounted.path):
            super().probe(mounted)
        rclone.reach(mounted.remote, 30)

    def free(self, mounted: Mounted) -> int | None:
        """Of the remote where it says so, as that is where things are to last."""
        free = rclone.about(mounted.remote, 30).get("free")
        return free if free is not None else super().free(mounted)


def _prepare(manifest: Manifest) -> None:
    if not manifest.load():
        make_point(manifest.folder)  # only an empty one: nothing of the user's is sent unasked
        manifest.folder.mkdir(exist_ok=True)
        manifest.save()
    elif all(path.name == OWN for path in manifest.folder.iterdir()):
        # One that is empty now is not one whose files the user wants deleted.
        manifest.entries.clear()
        manifest.save()


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What this machine's own disk says."""
    try:
        yield
    except OSError as error:
        reason = disk_meaning(error) if error.errno else str(error)
        raise StorageError(f"{error.filename or folder}: {reason}.") from error


def fill(path: Path, timeout: float = 3600) -> None:
    """Bring a file or folder of a copy, as far as the remote has it; elsewhere do nothing.

    :raises StorageError:
    """
    path = absolute(path)
    for mounted in session.all_mounts():
        if "manifest" in mounted.extra and mounted.path in path.parents:
            name = path.relative_to(mounted.path).as_posix()
            if count := RcloneCopy().pull(mounted, [name], timeout):
                say(f"Fetched {count} files from {mounted.remote}{name}.")
