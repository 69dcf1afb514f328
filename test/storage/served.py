"""A WebDAV server on loopback that can be killed, brought back on the same port, and refuse."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rclone_remotes import unmount_below


class Served:
    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self.words = words
        folder.mkdir(exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, path: Path, name: str = "web") -> None:
        with path.open("a") as file:
            file.write(f"[{name}]\ntype = webdav\nurl = http://{self.address}/\nvendor = other\n\n")

    def start(self) -> None:
        command = ["rclone", "serve", "webdav", str(self.folder), "--addr", self.address]
        command += ["--dir-cache-time", "0s", *self.words]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{self.address}/", timeout=5).close()
                return
            assert self._process.poll() is None, "rclone serve ended"
            time.sleep(0.02)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()  # also one that is stopped
            self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def send(self, number: int) -> None:
        """Stop it, or let it go on."""
        os.kill(self.pid, number)

    def has_names(self) -> list[str]:
        return [path.name for path in self.folder.rglob("*") if path.is_file()]

    def has(self) -> dict[str, str]:
        """The files that arrived, as text by name."""
        files = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_text() for path in files}

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


@contextmanager
def mounts_ended(folder: Path) -> Iterator[None]:
    """Unmount at the end whatever a test has left."""
    try:
        yield
    finally:
        unmount_below(folder)
