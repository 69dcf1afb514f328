"""A remote of rclone's as a folder, through FUSE."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from pathlib import Path

from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError, Unsuited
from runtime_kit.storage.local_copy.manifest import is_copy
from runtime_kit.storage.mounts.mount_point import default_point, make_point, remove_point
from runtime_kit.storage.mounts.mount_record import (
    MountRecord,
    new_record,
    one_at_a_time,
    record_of,
)
from runtime_kit.storage.mounts.mount_table import detach, mounted_at
from runtime_kit.storage.provider import PATIENCE, Flushed, Mounted, Request
from runtime_kit.storage.rclone import program as rclone
from runtime_kit.storage.rclone.mount_process import runs, start, stop
from runtime_kit.storage.rclone.vfs_cache import VfsCache
from runtime_kit.storage.rclone.vfs_flush import VfsFlush
from runtime_kit.storage.rclone.vfs_rescue import report_unsent_uploads

from .rclone_remote import RcloneRemote
from .reuse import reuse


class RcloneMount(RcloneRemote):
    name = "rclone-mount"
    title = "rclone mount"

    def mount(self, request: Request) -> Mounted:
        remote = rclone.remote_for(request)[0]
        deadline = Deadline(request.timeout)
        rclone.reach(remote, deadline.left)
        point = request.point or default_point(remote)
        with one_at_a_time(point, deadline.left):
            record = record_of(point)
            if not (record and mounted_at(point) and record.remote == remote):
                return self._mount_new(point, remote, request.read_only, deadline)
        # By an earlier kernel, and it may have died; or another notebook was a moment faster.
        return reuse(self.adopt(record), request)

    def _mount_new(self, point: Path, remote: str, read_only: bool, deadline: Deadline) -> Mounted:
        if there := mounted_at(point):
            raise StorageError(
                f"{there.source} is already mounted at {point}. Choose another folder."
            )
        if bounded(lambda: is_copy(point), deadline.left, str(point)):
            raise Unsuited(f"{point} is a copy without FUSE")
        before, record = record_of(point), new_record(point, remote, read_only)
        if before is not None:  # its kernel was killed while it waited for the mount
            stop(before, Deadline(0))
        record.made = make_point(point)
        try:
            start(record, deadline)
        except BaseException:
            remove_point(point, record.made)
            before.save() if before is not None else record.forget()
            raise
        report_unsent_uploads(record)
        mounted = self.adopt(record)
        mounted.fresh = True
        return mounted

    def adopt(self, record: MountRecord) -> Mounted:
        record.join()
        cache = VfsCache(Path(record.cache))
        if not cache.is_noted:  # the kernel that mounted it was killed then
            cache.note_root(rclone.place_of(record.remote, PATIENCE))
        return Mounted(
            self,
            record.where,
            durable=True,
            detail=f"{record.remote.rstrip(':')} gets a file some seconds after it is closed",
            remote=record.remote,
            read_only=record.read_only,
            extra={"flush": VfsFlush(cache, record.remote)},
        )

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        if mounted.read_only:
            return Flushed(True, "mounted read-only: there is nothing to upload.")
        record = self._record(mounted)
        flush: VfsFlush = mounted.extra["flush"]
        return flush.run(timeout, lambda: runs(record))

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        record, deadline = self._record(mounted), Deadline(timeout)
        if not force:
            if left := self._left_to_others(record):
                return left
            self.flush(mounted, deadline.left)
            record = self._record(mounted)  # others may have come meanwhile
            if left := self._left_to_others(record):
                return left
        detach(record.where, max(deadline.left, 5), dead=force)
        stop(record, deadline)
        if not (pending := VfsCache(Path(record.cache)).pending()):
            shutil.rmtree(record.cache, ignore_errors=True)
        record.forget()
        remove_point(record.where, record.made)
        text = f"{mounted.path} is unmounted."
        if pending:
            text += (
                f" {len(pending)} files ({pending[0]}) are not in "
                f"{record.remote.rstrip(':')} yet. Upload them with drive.mount() at "
                "the same place."
            )
        return text

    def _left_to_others(self, record: MountRecord) -> str:
        if not (others := record.other_users()):
            return ""
        record.users = others
        record.save()
        return f"{record.point} stays mounted because process {others[0]} also uses it."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        record, deadline = self._record(mounted), Deadline(timeout)
        with one_at_a_time(record.where, deadline.left):
            if mounted_at(record.where):
                detach(record.where, max(deadline.left, 5), dead=True)
            stop(record, Deadline(0))
            start(record, deadline)
        return self.adopt(record)

    def refresh(self, mounted: Mounted) -> None:
        """rclone believes what it has listed for five minutes; a signal makes it look again."""
        record = record_of(mounted.path)
        if record is not None and hasattr(signal, "SIGHUP") and runs(record):
            with contextlib.suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGHUP)

    def _record(self, mounted: Mounted) -> MountRecord:
        record = record_of(mounted.path)
        if record is None:
            raise StorageError(f"{mounted.path} is no longer mounted.")
        return record
