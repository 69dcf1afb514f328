"""The process of rclone's behind a mount. It outlives the kernel that started it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from runtime_kit._os.child import end, last_words, start_apart
from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.errors import StorageTimeout, Unsuited, meaning
from runtime_kit.storage.mounts.mount_record import MountRecord
from runtime_kit.storage.mounts.mount_table import detach, mounted_at, process_of
from runtime_kit.storage.state import state_folder

from . import program as rclone
from .vfs_cache import VfsCache
from .vfs_rescue import rescue

WRITE_BACK = "1s"
"""rclone waits so long after a file is closed before it sends it; its own 5 s are lost time where
what is written is a checkpoint or a result."""


def start(record: MountRecord, deadline: Deadline) -> None:
    """Mount, and prove by that that FUSE works; on any failure nothing stays behind."""
    cache = VfsCache(state_folder("vfs", Path(record.cache).name))
    place = ""
    if not cache.is_noted and not cache.is_new:  # its kernel was killed when it began
        place = rclone.place_of(record.remote, max(deadline.left, 1.0))
    rescue(cache, record.remote)
    words = [rclone.installed(), "mount", record.remote, record.point]
    words += ["--vfs-cache-mode=writes", f"--cache-dir={cache.folder}", "--ask-password=false"]
    words += ["--read-only"] if record.read_only else []
    log = cache.folder / "rclone.log"
    with open(os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as said:
        process = start_apart(
            words,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=cache.folder,
            env={"RCLONE_VFS_WRITE_BACK": WRITE_BACK, **os.environ},
        )
    try:
        record.pid = process.pid
        record.save()  # so that a next kernel knows of it if this one is killed now
        _wait_for_mount(record, process, log, deadline)
        cache.note_root(place)
    except BaseException:
        end(process)
        if mounted_at(record.where):
            detach(record.where, 10, dead=True)
        raise
    _CHILDREN[process.pid] = process


def _wait_for_mount(
    record: MountRecord, process: subprocess.Popen[bytes], log: Path, deadline: Deadline
) -> None:
    while mounted_at(record.where) is None:
        if process.poll() is not None:
            reason = last_words(log.read_text(encoding="utf-8", errors="replace"))
            cause = subprocess.CalledProcessError(process.returncode, process.args, "", reason)
            raise Unsuited(f"{meaning(reason)}") from cause
        if deadline.over:
            raise StorageTimeout(
                f"{record.remote} was not mounted in time. Check the network and the "
                "server, then mount it again, with a longer timeout= if needed."
            )
        time.sleep(0.05)


def stop(record: MountRecord, deadline: Deadline) -> None:
    """Wait for the process to end by itself; at the end of the time kill it."""
    while runs(record):
        if deadline.over:
            with contextlib.suppress(ProcessLookupError):
                os.kill(record.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        time.sleep(0.02)


def runs(record: MountRecord) -> bool:
    process = _CHILDREN.get(record.pid)
    if process is not None and process.poll() is not None:  # collects it
        return False
    return process_of(record.pid, "mount", record.point)


_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}
"""Processes that this kernel started: as long as they are not collected they seem to run."""
