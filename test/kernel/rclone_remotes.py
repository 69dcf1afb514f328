"""Real rclone for tests: a local remote, a served one, and an end to every mount of a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {"RCLONE_VFS_WRITE_BACK": "100ms"}
"""For kernels: a mount uploads a tenth of a second after a file was closed, instead of five."""


def why_no_fuse(folder: Path) -> str:
    """Mount something; the reason why that does not work, or an empty text."""
    if not shutil.which("rclone"):
        return "rclone is not installed"
    (folder / "source").mkdir(parents=True)
    (folder / "mount").mkdir()
    command = ["rclone", "mount", str(folder / "source"), str(folder / "mount"), "--daemon"]
    done = subprocess.run(command, capture_output=True, text=True, start_new_session=True)
    works = os.path.ismount(folder / "mount")
    unmount_below(folder)
    return "" if works else f"FUSE does not work here: {done.stderr.strip()[-200:]}"


@contextmanager
def served_folder(folder: Path) -> Iterator[str]:
    """Serve a folder as WebDAV on loopback; yields the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = ["rclone", "serve", "webdav", str(folder), "--addr", address]
    command += ["--dir-cache-time", "0s"]  # files put there by a test are seen at once
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{address}/", timeout=5).close()
                break
            assert server.poll() is None, "rclone serve ended"
            time.sleep(0.05)
        yield f"http://{address}/"
    finally:
        server.kill()
        server.wait()


def mount_processes(below: Path) -> list[int]:
    """Process ids of the rclone mounts whose mount point lies below a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            is_mount = len(words) > 1 and words[0].endswith("rclone") and words[1] == "mount"
            if is_mount and any(word.startswith(f"{below}/") for word in words[2:]):
                found.append(int(entry.name))
    return found


def unmount_below(folder: Path) -> None:
    """Unmount what is mounted below a folder, and end the processes behind it."""
    for line in reversed(Path("/proc/self/mounts").read_text().splitlines()):
        point = line.split()[1].encode().decode("unicode_escape")
        if point.startswith(f"{folder}/"):
            subprocess.run(["fusermount", "-uz", point], check=False)
    for pid in mount_processes(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        if not mount_processes(folder):
            return
        time.sleep(0.05)
    raise AssertionError(f"rclone still mounts below {folder}")
