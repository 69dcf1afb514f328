"""What is mounted already: by another notebook, by an earlier kernel, by somebody else."""

from __future__ import annotations

import os
from pathlib import Path

from runtime_kit._os.timeouts import bounded
from runtime_kit.storage.errors import StorageError, StorageTimeout
from runtime_kit.storage.mounts.mount_record import record_of, records_for
from runtime_kit.storage.mounts.mount_table import Entry, is_elsewhere, mounted_at
from runtime_kit.storage.rclone import program as rclone

from .colab import POINT, Colab
from .provider import PATIENCE, Flushed, Mounted, Provider, Request
from .rclone_mount import RcloneMount


class ExistingMount(Provider):
    name = "present"
    title = "already mounted"
    serves_remotes = True

    def why_not(self, request: Request) -> str:
        return "" if self._find(request) else "nothing is mounted there"

    def mount(self, request: Request) -> Mounted:
        found = self._find(request)
        assert found is not None
        mounted = self._adopt(found, request)
        try:
            bounded(lambda: mounted.provider.probe(mounted), PATIENCE, f"The mount {found}")
        except (OSError, StorageTimeout) as error:
            if mounted.provider is self:
                raise StorageError(
                    f"{found} was mounted by something else and does not answer: unmount it there, "
                    f"or run `umount -l {found}`, and try again."
                ) from error
            print(f"runtime-kit: the mount {found} has died and is brought back.")
            mounted = mounted.provider.remount(mounted, request.timeout)
        if not request.read_only and _is_read_only(mounted):
            raise StorageError(
                f"{found} is mounted read-only: unmount it first, or ask for read_only=True."
            )
        mounted.detail = f"was mounted already. {mounted.detail}"
        return mounted

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        bounded(_sync, timeout, f"{mounted.path}")
        return Flushed(
            mounted.read_only,
            f"Handed over to what mounted {mounted.root}, which cannot be asked whether the remote "
            "has it.",
        )

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        return f"{mounted.root} was mounted by something else, and stays."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        raise StorageError(f"{mounted.root} was mounted by something else: mount it again there.")

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
                    f"{point} is the mount of {record.remote}, not of {wanted}: choose another "
                    "folder."
                )
            return RcloneMount().adopt(record)
        if wanted and (entry is None or entry.source != wanted):
            what = entry.source if entry and entry.source else "something else"
            raise StorageError(
                f"{point} is the mount of {what}, not of {wanted}: choose another folder."
            )
        if _has_my_drive(point):
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


def _is_read_only(mounted: Mounted) -> bool:
    entry = mounted_at(mounted.root)
    return mounted.read_only or (entry is not None and entry.read_only)


def _sync() -> None:
    if hasattr(os, "sync"):
        os.sync()
