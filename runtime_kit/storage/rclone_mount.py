"""A remote of rclone's as a folder, through FUSE."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from . import rclone
from .errors import StorageError, StorageTimeout, Unsuited, meaning
from .left_behind import tell_left_behind
from .manifest import is_copy
from .mount_point import default_point, make_point, remove_point
from .mount_record import MountRecord, new_record, one_at_a_time, record_of
from .mount_table import detach, mounted_at, process_of
from .provider import Flushed, Mounted, Provider, Request
from .state import state_folder
from .vfs_cache import VfsCache
from .vfs_flush import VfsFlush
from .waiting import Deadline, apart, end, last_words

WRITE_BACK = "1s"
"""rclone waits so long after a file is closed before it sends it; its own 5 s are lost time where
what is written is a checkpoint or a result."""


class RcloneMount(Provider):
    name = "rclone-mount"
    title = "rclone mount"
    serves_remotes = True
    has_remote = True

    def why_not(self, request: Request) -> str:
        return rclone.remote_for(request)[1]

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
        from .present import Present  # which knows this module

        return Present().mount(replace(request, point=point, remote=remote))

    def _mount_new(self, point: Path, remote: str, read_only: bool, deadline: Deadline) -> Mounted:
        if is_copy(point):
            raise Unsuited(f"{point} is a copy without FUSE")
        record = new_record(point, remote, read_only)
        record.made = make_point(point)
        try:
            self._start(record, deadline)
        except BaseException:
            remove_point(point, record.made)
            raise
        tell_left_behind(record)
        mounted = self.adopt(record)
        mounted.fresh = True
        return mounted

    def adopt(self, record: MountRecord) -> Mounted:
        record.join()
        return Mounted(
            self,
            record.where,
            durable=True,
            detail=f"{record.remote.rstrip(':')} gets a file some seconds after it is closed",
            remote=record.remote,
            read_only=record.read_only,
            extra={"flush": VfsFlush(VfsCache(Path(record.cache)), record.remote)},
        )

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        if mounted.read_only:
            return Flushed(True, "mounted read-only: there is nothing to upload.")
        record = self._record(mounted)
        flush: VfsFlush = mounted.extra["flush"]
        return flush.run(timeout, lambda: self._runs(record))

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
        self._stop(record, deadline)
        if not VfsCache(Path(record.cache)).pending():
            shutil.rmtree(record.cache, ignore_errors=True)
        record.forget()
        remove_point(record.where, record.made)
        return f"{mounted.path} is unmounted."

    def _left_to_others(self, record: MountRecord) -> str:
        if not (others := record.other_users()):
            return ""
        record.users = others
        record.save()
        return f"{record.point} stays mounted: process {others[0]} uses it too."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        record, deadline = self._record(mounted), Deadline(timeout)
        with one_at_a_time(record.where, deadline.left):
            if mounted_at(record.where):
                detach(record.where, max(deadline.left, 5), dead=True)
            self._stop(record, Deadline(0))
            self._start(record, deadline)
        return self.adopt(record)

    def refresh(self, mounted: Mounted) -> None:
        """rclone believes what it has listed for five minutes; a signal makes it look again."""
        record = record_of(mounted.path)
        if record is not None and hasattr(signal, "SIGHUP") and self._runs(record):
            with contextlib.suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGHUP)

    def trash(self, mounted: Mounted, empty: bool, timeout: float) -> int | None:
        if empty:
            rclone.ask(
                ["cleanup", mounted.remote], timeout, f"Emptying the trash of {mounted.remote}"
            )
        return rclone.about(mounted.remote, timeout).get("trashed", 0 if empty else None)

    # -- the process

    def _start(self, record: MountRecord, deadline: Deadline) -> None:
        """Mount, and prove by that that FUSE works; on any failure nothing stays behind."""
        cache = state_folder("vfs", Path(record.cache).name)
        words = [rclone.installed(), "mount", record.remote, record.point]
        words += ["--vfs-cache-mode=writes", f"--cache-dir={cache}", "--ask-password=false"]
        words += ["--read-only"] if record.read_only else []
        log = cache / "rclone.log"
        with open(os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as said:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=cache,
                env={"RCLONE_VFS_WRITE_BACK": WRITE_BACK, **os.environ},
                **apart(),
            )
        try:
            while mounted_at(record.where) is None:
                if process.poll() is not None:
                    reason = last_words(log.read_text(encoding="utf-8", errors="replace"))
                    cause = subprocess.CalledProcessError(process.returncode, words, "", reason)
                    raise Unsuited(f"{meaning(reason)}") from cause
                if deadline.over:
                    raise StorageTimeout(
                        f"{record.remote} was not mounted in time: see whether the network and the "
                        "server are up, then mount it again, with more time (timeout=) if need be."
                    )
                time.sleep(0.05)
        except BaseException:
            end(process)
            if mounted_at(record.where):
                detach(record.where, 10, dead=True)
            raise
        VfsCache(cache).note_root()
        record.pid = process.pid
        record.save()
        _CHILDREN[process.pid] = process

    def _stop(self, record: MountRecord, deadline: Deadline) -> None:
        """Wait for the process to end by itself; at the end of the time kill it."""
        while self._runs(record):
            if deadline.over:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(record.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            time.sleep(0.02)

    def _runs(self, record: MountRecord) -> bool:
        child = _CHILDREN.get(record.pid)
        if child is not None and child.poll() is not None:  # collects it
            return False
        return process_of(record.pid, "mount", record.point)

    def _record(self, mounted: Mounted) -> MountRecord:
        record = record_of(mounted.path)
        if record is None:
            raise StorageError(f"{mounted.path} is not mounted any more.")
        return record


_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}
"""Processes that this kernel started: as long as they are not collected they seem to run."""
