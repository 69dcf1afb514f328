"""A remote behind a link, and mounts of it that start without anything in a cache."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

WAIT = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def remote(
    folder: Path, work: Path, rate: float, latency: float, *, aside: bool = False
) -> Iterator[Path]:
    """Serve ``folder`` as WebDAV behind a link of ``rate`` MB/s and ``latency`` ms; yields the
    rclone config in which it is ``web:``. ``aside``: it stands for another machine, so it has only
    what the processor has left."""
    inner, outer = free_port(), free_port()
    serve = ["rclone", "serve", "webdav", str(folder), "--addr", f"127.0.0.1:{inner}"]
    serve += ["--config", os.devnull, "--dir-cache-time", "1s"]
    link = [sys.executable, "-m", "bench.storage_parts.link"]
    link += [str(outer), str(inner), str(rate), str(latency)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    last = ["nice", "-n", "19"] if aside else []
    programs = [subprocess.Popen([*last, *command], **quiet) for command in (serve, link)]  # type: ignore[call-overload]
    config = work / "rclone.conf"
    config.write_text(f"[web]\ntype = webdav\nurl = http://127.0.0.1:{outer}/\nvendor = rclone\n")
    try:
        _until(lambda: _answers(f"http://127.0.0.1:{outer}/"), "the remote answers")
        yield config
    finally:
        for program in programs:
            program.kill()
            program.wait()


@contextlib.contextmanager
def mounted(config: Path, work: Path, *options: str) -> Iterator[Path]:
    """Mount the remote with the options of the Mount Drive cell; nothing of it is cached yet."""
    point = work / "mount"
    point.mkdir(exist_ok=True)
    command = ["rclone", "mount", "web:", str(point), "--config", str(config)]
    command += ["--vfs-cache-mode=writes", "--cache-dir", str(work / "cache"), *options]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:

        def ready() -> bool:
            if program.poll() is not None:
                raise RuntimeError(f"FUSE does not work here: {program.stderr.read()[-300:]}")  # type: ignore[union-attr]
            return os.path.ismount(point)

        _until(ready, "it is mounted")
        yield point
    finally:
        subprocess.run(["fusermount3", "-uz", str(point)], check=False)
        program.kill()
        program.wait()


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(url, timeout=5).close()
        return True
    return False


def _until(condition, what: str) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + WAIT
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"not in {WAIT:g} s: {what}")
        time.sleep(0.02)
