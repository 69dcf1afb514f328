"""A remote of real parts: `rclone serve webdav`, and a mount of it, to kill, stop and restart."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from polling import eventually
from rclone_remotes import unmount_below

LIMIT = 120  # seconds for what takes one


class Server:
    """A folder served on loopback, at the same address after each restart."""

    def __init__(self, folder: Path, *options: str) -> None:
        if not shutil.which("rclone"):
            pytest.skip("rclone is not installed")
        self.folder = folder
        self.options = options
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["rclone", "serve", "webdav", str(self.folder), "--addr", self.address]
        command += ["--config", os.devnull, "--dir-cache-time", "0s", *self.options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        eventually(self._answers, "the server answers")

    def _answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, "rclone serve ended"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://{self.address}/", timeout=5).close()
            return True
        return False

    def send(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def config(self, path: Path, name: str = "web") -> Path:
        """A config file of rclone with this remote in it."""
        path.write_text(f"[{name}]\ntype = webdav\nurl = http://{self.address}/\nvendor = rclone\n")
        return path

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class Mount:
    """A mount of a server below ``folder``, which is empty while it is not mounted."""

    def __init__(self, server: Server, folder: Path, *options: str) -> None:
        self.point = folder / "mount"
        self.point.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._config = server.config(folder / "rclone.conf")
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["rclone", "mount", "web:", str(self.point), "--config", str(self._config)]
        command += ["--buffer-size", "0", "--low-level-retries", "2", "--cache-dir"]
        command += [str(self.folder / "cache"), *self._options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        def mounted() -> bool:
            if self.process is not None and self.process.poll() is not None:
                said = self.process.stderr.read().decode()[-200:]  # type: ignore[union-attr]
                pytest.skip(f"FUSE does not work here: {said}")
            return os.path.ismount(self.point)

        eventually(mounted, "it is mounted")

    def send(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def die(self) -> None:
        """Kill it: every access is errno 107 now, as on Colab when Drive's helper dies."""
        self.send(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def unmount(self) -> None:
        subprocess.run(["fusermount", "-uz", str(self.point)], capture_output=True)

    def __enter__(self) -> Mount:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.die()
        self.unmount()
        unmount_below(self.folder)


class Background:
    """Something that runs meanwhile; ``result`` waits for it and raises what it raised."""

    def __init__(self, call: Callable[..., Any], *args: Any, **options: Any) -> None:
        self._result: Any = None
        self._failure: BaseException | None = None

        def run() -> None:
            try:
                self._result = call(*args, **options)
            except BaseException as error:
                self._failure = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def result(self) -> Any:
        self._thread.join(LIMIT)
        assert not self.running, "it hangs"
        if self._failure is not None:
            raise self._failure
        return self._result
