"""Google Drive through google-drive-ocamlfuse, where the machine has it and it is set up."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.calls import run
from runtime_kit.storage.errors import StorageError, StorageTimeout, Unsuited
from runtime_kit.storage.mounts.mount_point import default_point, make_point, remove_point
from runtime_kit.storage.mounts.mount_record import one_at_a_time
from runtime_kit.storage.mounts.mount_table import detach, mounted_at
from runtime_kit.storage.provider import Flushed, Mounted, Provider, Request

PROGRAM = "google-drive-ocamlfuse"


class OcamlFuse(Provider):
    name = "ocamlfuse"
    title = PROGRAM

    def why_not(self, request: Request) -> str:
        if request.remote:
            return "a remote was named"
        if not shutil.which(PROGRAM):
            return "it is not installed"
        if not (Path.home() / ".gdfuse" / "default" / "state").exists():
            return "it has no account yet"
        return ""

    def mount(self, request: Request) -> Mounted:
        point = request.point or default_point("google-drive")
        deadline = Deadline(request.timeout)
        with one_at_a_time(point, deadline.left):
            if mounted_at(point) is None:
                made = make_point(point)
                try:
                    self._start(point, request.read_only, deadline)
                except BaseException:
                    remove_point(point, made)
                    raise
        detail = "uploads a file when it is closed"
        return Mounted(self, point, True, detail, read_only=request.read_only)

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        return Flushed(
            mounted.read_only,
            f"{PROGRAM} uploads each file when it is closed, and can't tell whether it did.",
        )

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        detach(mounted.path, timeout, dead=force)
        return f"{mounted.path} is unmounted."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        deadline = Deadline(timeout)
        if mounted_at(mounted.path):
            detach(mounted.path, max(deadline.left, 5), dead=True)
        self._start(mounted.path, mounted.read_only, deadline)
        return mounted

    def _start(self, point: Path, read_only: bool, deadline: Deadline) -> None:
        words = [PROGRAM, str(point), *(["-o", "ro"] if read_only else [])]
        try:
            run(words, max(deadline.left, 1.0), f"Mounting with {PROGRAM}")
        except StorageTimeout:
            raise
        except StorageError as error:
            raise Unsuited(str(error).rstrip(".")) from error
        while mounted_at(point) is None:
            if deadline.over:
                raise StorageTimeout(f"{PROGRAM} did not mount {point} in time.")
            time.sleep(0.05)
