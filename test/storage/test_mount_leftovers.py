"""What a mount leaves whose kernel was killed at the wrong moment, and what flush says then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rclone_remotes import mount_processes
from served import Served

from runtime_kit import drive
from runtime_kit.storage import StorageError, session
from runtime_kit.storage.mounts.mount_table import mounted_at
from runtime_kit.storage.rclone.vfs_cache import VfsCache

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("fuse")


def cache_of(home: Path) -> VfsCache:
    return VfsCache(next((home / "state" / "vfs").iterdir()))


@pytest.mark.parametrize("note", [None, b"", b"web"])
def test_the_top_of_a_cache_whose_note_is_lost(home: Path, web: Served, note: bytes | None) -> None:
    """Or empty, as after a crash of the machine."""
    folder = drive.mount(home / "drive", remote="web")
    [pid] = mount_processes(home)
    cache = cache_of(home)
    assert cache.relative == "web"
    (folder / "data").mkdir()
    with (folder / "data" / "unsent").open("w") as file:
        file.write("unsent")
        file.flush()
        web.kill()
    while ("data/unsent", True, 6) not in [(f.name, f.dirty, f.stamp[0]) for f in cache.files()]:
        pass
    os.kill(pid, signal.SIGKILL)
    drive.unmount(force=True)
    noted = cache.folder / "root.txt"
    noted.unlink() if note is None else noted.write_bytes(note)
    assert [name.removeprefix("web/") for name in cache.pending()] == ["data/unsent"]
    session._mounts.clear()
    web.start()
    drive.mount(home / "drive", remote="web")
    assert cache.relative == "web"
    assert drive.flush(60) and web.has() == {"data/unsent": "unsent"}


def test_what_rclone_knows_nothing_of_any_more_is_kept(
    home: Path, web: Served, capsys: pytest.CaptureFixture
) -> None:
    """It was killed while it wrote its note on the file, which is empty then."""
    folder = drive.mount(home / "drive", remote="web")
    [pid] = mount_processes(home)
    cache = cache_of(home)
    with (folder / "unsent").open("w") as file:
        file.write("unsent")
        file.flush()
        web.kill()
    while ("unsent", True, 6) not in [(f.name, f.dirty, f.stamp[0]) for f in cache.files()]:
        pass
    os.kill(pid, signal.SIGKILL)
    while mount_processes(home):
        pass
    (cache.folder / "vfsMeta" / cache.relative / "unsent").write_bytes(b"")
    web.start()
    drive.remount(60)
    said = capsys.readouterr().out
    kept = Path(said.partition("is in ")[2].partition(": compare")[0])
    assert kept.read_text() == "unsent"
    assert drive.flush(60) and web.has() == {}
    drive.unmount(60)
    assert kept.read_text() == "unsent"


def test_a_kernel_that_was_killed_while_it_mounted(home: Path, web: Served) -> None:
    """rclone goes on; a second one on the same cache would spoil it."""
    code = (
        "import os, signal\n"
        "from runtime_kit import drive\n"
        "from runtime_kit.storage.rclone import mount_process\n"
        "mount_process._wait_for_mount = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"drive.mount({str(home / 'drive')!r}, remote='web')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    folder = drive.mount(home / "drive", remote="web")
    assert len(mount_processes(home)) == 1
    (folder / "x").write_text("x")
    assert drive.flush(60) and web.has() == {"x": "x"}
    drive.unmount(60)
    assert mount_processes(home) == [] and mounted_at(folder) is None


def test_an_old_reason_is_not_told(home: Path, web: Served) -> None:
    folder = drive.mount(home / "drive", remote="web")
    web.kill()
    (folder / "x").write_text("x")
    with pytest.raises(StorageError, match="can't be reached"):
        drive.flush(5)
    web.start()
    assert drive.flush(120)
    web.send(signal.SIGSTOP)
    (folder / "y").write_text("y")
    with pytest.raises(StorageError, match="y is not in web after 3 s") as late:
        drive.flush(3)
    web.send(signal.SIGCONT)
    assert "does not respond" in str(late.value)
    assert drive.flush(120) and web.has() == {"x": "x", "y": "y"}


def test_names_that_cannot_be_asked_about(home: Path) -> None:
    (home / "disk").mkdir()
    with (home / "rclone.conf").open("a") as file:
        file.write(f"[disk]\ntype = alias\nremote = {home / 'disk'}\n")
    folder = drive.mount(home / "drive", remote="disk")
    (folder / "plain").write_text("plain")
    (folder / "two\nlines").write_text("two")
    done = drive.flush(60)
    assert not done and "1 files whose names have line breaks" in done.text
    assert (home / "disk" / "two\nlines").read_text() == "two" and not drive.flush(60)


def test_nothing_is_mounted_over_another_mount(home: Path, web: Served) -> None:
    web.configure(home / "rclone.conf", "other")
    folder = drive.mount(home / "drive", remote="web")
    with pytest.raises(StorageError, match="web: is already mounted"):
        drive.mount(home / "drive", remote="other", provider="rclone-mount")
    (folder / "x").write_text("x")
    assert drive.flush(60, path=folder) and web.has() == {"x": "x"}
