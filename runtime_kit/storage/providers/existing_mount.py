"""What is mounted already: by another notebook, by an earlier kernel, by somebody else."""

from __future__ import annotations

import os
from pathlib import Path

from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError, StorageTimeout
from runtime_kit.storage.mounts.mount_record import record_of, records_for
from runtime_kit.storage.mounts.mount_table import Entry, is_elsewhere, mounted_at
from runtime_kit.storage.provider import PATIENCE, Flushed, Mounted, Provider, Request
from runtime_kit.storage.rclone import program as rclone

from .colab import POINT, Colab
from .rclone_mount import RcloneMount
from .reuse import reuse


class ExistingMount(Provider):
    name = "present"
    title = "already mounted"
    serves_remotes = True

    def why_not(self, request: Request) -> str:
        return "" if self._find(request) else "nothing is mounted there"

    def mount(self, request: Request) -> Mounted:
        found = self._find(request)
        assert found is not None
        return reuse(self._adopt(found, request), request)

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        bounded(_sync, timeout, f"{mounted.path}")
        return Flushed(
            mounted.read_only,
            f"{mounted.root} was mounted by another program, which can't tell whether "
            "everything is uploaded.",
        )

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        return f"{mounted.root} was mounted by another program and stays mounted."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        raise StorageError(
            f"{mounted.root} does not answer. Something else mounted it: unmount it there, or "
            f"run `umount -l {mounted.root}`, and try again."
        )

    def _find(self, request: Request) -> Path | None:
        """The mount point, or the folder that has MyDrive in it."""
        if request.point is None and request.remote:
            known = records_for(rclone.normal(request.remote))
            return known[0].where if known else None
        point = request.point or POINT
        if mounted_at(point) is not None:
            return point
        if request.remote:
            return None
        return point if _has_my_drive(point) and is_elsewhere(point) else None

    def _adopt(self, point: Path, request: Request) -> Mounted:
        record, entry = record_of(point), mounted_at(point)
        wanted = rclone.normal(request.remote) if request.remote else ""
        if record is not None and entry is not None:
            if wanted and record.remote != wanted:
                raise StorageError(
                    f"{record.remote} is already mounted at {point}, not {wanted}. "
                    "Choose another folder."
                )
            return RcloneMount().adopt(record)
        if wanted and (entry is None or entry.source != wanted):
            what = entry.source if entry and entry.source else "something else"
            raise StorageError(
                f"{what} is already mounted at {point}, not {wanted}. Choose another folder."
            )
        if _has_my_drive(point) or _is_dead_drive(point, entry):
            return Colab().adopt(point, entry is not None and entry.read_only)
        return self._foreign(point, entry)

    def _foreign(self, point: Path, entry: Entry | None) -> Mounted:
        detail = f"{entry.source} ({entry.kind})" if entry and entry.source else ""
        durable = entry is None or entry.kind not in ("tmpfs", "ramfs", "overlay")
        return Mounted(self, point, durable, detail, read_only=bool(entry and entry.read_only))


def _has_my_drive(point: Path) -> bool:
    try:
        return bounded(lambda: (point / "MyDrive").is_dir(), PATIENCE, str(point))
    except (OSError, StorageTimeout):
        return False


def _is_dead_drive(point: Path, entry: Entry | None) -> bool:
    """Whether Colab's mount does not respond, so that its own package can remount it."""
    if entry is None or entry.kind != "fuse.drive" or Colab().why_not(Request()):
        return False
    try:
        bounded(lambda: os.stat(point / "MyDrive"), PATIENCE, str(point))
    except FileNotFoundError:
        return False
    except (OSError, StorageTimeout):
        return True
    return False


def _sync() -> None:
    if hasattr(os, "sync"):
        os.sync()
