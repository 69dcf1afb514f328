"""The remote goes away in the middle of mount(): an answer in time, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest
from rclone_remotes import mount_processes
from served import Served

from runtime_kit import drive
from runtime_kit.storage import StorageError
from runtime_kit.storage.mounts.mount_table import TABLE

pytestmark = pytest.mark.usefixtures("fuse")


def at_the_moment_of(verb: str, number: int, web: Served, place: Path) -> Path:
    """rclone as it is, but when it is asked to do ``verb`` the server gets a signal before."""
    real = shutil.which("rclone")
    (place / "bin").mkdir(exist_ok=True)
    program = place / "bin" / "rclone"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = {verb} ] && kill -{number} {web.pid} 2>/dev/null\nexec {real} "$@"\n'
    )
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("folder", ["", "runs"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("verb", ["lsf", "mount"])
def test_the_remote_goes_away(
    home: Path,
    web: Served,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    number: int,
    folder: str,
) -> None:
    program = at_the_moment_of(verb, number, web, home)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    before = TABLE.read_text()
    with pytest.raises(StorageError, match="[Cc]heck the network and the server") as said:
        drive.mount(home / "drive", remote="web", folder=folder, timeout=6)
    assert "\n" not in str(said.value) and said.value.__cause__ is not None
    assert mount_processes(home) == [] and TABLE.read_text() == before
    assert not (home / "drive").exists() and drive.status() is None
    # It comes back, and then it is as if nothing had been.
    program.unlink()
    if number == signal.SIGSTOP:
        web.send(signal.SIGCONT)
    else:
        web.kill()
        web.start()
    mounted = drive.mount(home / "drive", remote="web", folder=folder)
    (mounted / "x").write_text("x")
    assert drive.flush(60) and list(web.has().values()) == ["x"]


def test_the_stop_button_in_the_middle(
    home: Path, web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = at_the_moment_of("mount", signal.SIGSTOP, web, home)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    def press() -> None:
        while not mount_processes(home):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        drive.mount(home / "drive", remote="web", folder="runs", timeout=600)
    assert mount_processes(home) == [] and not (home / "drive").exists()


def test_a_mount_that_was_there_stays(home: Path, web: Served) -> None:
    """It may hold what is not sent yet: an outage is no reason to take it away."""
    folder = drive.mount(home / "drive", remote="web")
    (folder / "before").write_text("before")
    assert drive.flush(60)
    web.send(signal.SIGSTOP)
    with pytest.raises(StorageError):
        drive.mount(home / "drive", remote="web", folder="not looked at yet", timeout=3)
    assert len(mount_processes(home)) == 1
    web.send(signal.SIGCONT)
    assert drive.mount(home / "drive", remote="web", folder="not looked at yet").is_dir()
