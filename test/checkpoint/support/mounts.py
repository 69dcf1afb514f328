"""Real file systems that fail, for those who may mount: a full one, a read-only one, a dead one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A tmpfs of ``size`` (``"4m"``) at ``folder``."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("mounting a small tmpfs needs root")
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True
    )
    if done.returncode:
        pytest.skip(f"tmpfs cannot be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def remount(folder: Path, mode: str) -> None:
    """Make a mount read-only (``"ro"``) or writable (``"rw"``)."""
    subprocess.run(["mount", "-o", f"remount,{mode}", folder], check=True)


class FuseMount:
    """An rclone mount of a local folder whose process can be killed and started again."""

    def __init__(self, source: Path, folder: Path) -> None:
        if not shutil.which("rclone") or not os.path.exists("/dev/fuse"):
            pytest.skip("needs rclone and /dev/fuse")
        self.source, self.folder = source, folder
        source.mkdir(exist_ok=True)
        folder.mkdir(exist_ok=True)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                "rclone",
                "mount",
                str(self.source),
                str(self.folder),
                "--config",
                os.devnull,
                "--vfs-cache-mode",
                "writes",
                "--vfs-write-back",
                "0s",
                "--cache-dir",
                str(self.source.with_suffix(".cache")),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        limit = time.monotonic() + 20
        while not os.path.ismount(self.folder):
            if self.process.poll() is not None or time.monotonic() > limit:
                self.stop()
                pytest.skip("FUSE does not work here")
            time.sleep(0.05)

    def die(self) -> None:
        """Kill it: every access is now errno 107, as on Colab when Drive's helper dies."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        subprocess.run(["fusermount3", "-uz", self.folder], capture_output=True)
