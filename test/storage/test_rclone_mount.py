"""`drive` over real rclone mounts of a served remote: what arrives, and what is survived."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from polling import eventually
from rclone_remotes import mount_processes
from served import Served, mounts_ended

from runtime_kit import drive
from runtime_kit.storage import StorageError, session
from runtime_kit.storage.mounts.mount_table import mounted_at
from runtime_kit.storage.rclone.vfs_cache import VfsCache
from runtime_kit.storage.rclone.vfs_flush import VfsFlush

ROOT = Path(__file__).parents[2]
NAMES = ("with a space.txt", "한국어 이름.txt", "中文名字.txt", "a" * 251 + ".txt", "글" * 85)

pytestmark = pytest.mark.usefixtures("fuse")


def other_notebook(code: str) -> subprocess.Popen[str]:
    """Another process of the same user with the same settings."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from runtime_kit import drive\n{code}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_what_is_flushed_is_there(home: Path, web: Served, capsys: pytest.CaptureFixture) -> None:
    (web.folder / "before.txt").write_text("was there")
    folder = drive.mount(home / "my drive", remote="web", folder="runs")
    assert folder == home / "my drive" / "runs"
    told = capsys.readouterr().out
    assert "rclone mount" in told and "kept when the runtime ends" in told and " free" in told
    for name in NAMES:
        (folder / name).write_text(name)
    assert drive.flush(60)
    assert web.has() == {"before.txt": "was there", **{f"runs/{n}": n for n in NAMES}}
    (folder / NAMES[0]).write_text("with another")  # as long as before
    assert drive.flush(60)
    assert web.has()[f"runs/{NAMES[0]}"] == "with another"
    assert drive.health()
    status = drive.status()
    assert status is not None and json.dumps(status)
    assert (status["provider"], status["durable"], status["healthy"]) == (
        "rclone-mount",
        True,
        True,
    )
    # Another notebook at the same place: it finds it mounted, and may not take it away.
    code = f"drive.mount({str(home / 'my drive')!r}, remote='web'); drive.unmount()"
    said, _ = other_notebook(code).communicate(timeout=100)
    assert "was mounted already" in said and "stays mounted" in said
    os.chdir(folder)
    drive.unmount(60)
    assert Path.cwd() == home and mount_processes(home) == []
    assert not (home / "my drive").exists()
    assert web.has()["before.txt"] == "was there"
    assert drive.status() is None


def test_two_notebooks_at_the_same_moment(home: Path) -> None:
    code = "print(drive.mount(remote='web')); import os; print(os.listdir(drive.mount()))"
    both = [other_notebook(code) for _ in range(2)]
    for process in both:
        said, _ = process.communicate(timeout=100)
        assert process.returncode == 0, said
    assert len(mount_processes(home)) == 1


def test_a_remote_that_goes_away_during_a_flush(home: Path, web: Served) -> None:
    folder = drive.mount(remote="web")
    web.kill()
    (folder / "late.txt").write_text("late")
    with pytest.raises(StorageError, match=r"late.txt is not in web after .*can't be reached"):
        drive.flush(8)
    web.start()
    assert drive.flush(120)
    assert web.has() == {"late.txt": "late"}


def until_noted(home: Path, name: str, size: int, web: Served | None = None) -> None:
    """rclone writes down what it has to send after the file is closed; or it has sent it."""
    cache = VfsCache(next((home / "state" / "vfs").iterdir()))
    noted = (name, True, size)

    def is_noted() -> bool:
        files = [(file.name, file.dirty, file.stamp[0]) for file in cache.files()]
        return noted in files or (web is not None and name in web.has())

    eventually(is_noted, f"rclone's note of {name}")


def test_a_mount_that_died(home: Path, web: Served) -> None:
    folder = drive.mount(home / "drive", remote="web")
    (folder / "work").mkdir()
    os.chdir(folder / "work")
    [pid] = mount_processes(home)
    os.kill(pid, signal.SIGSTOP)  # so that nothing is uploaded any more
    answer = drive.health(1)
    assert not answer and "drive.remount()" in answer.text
    status = drive.status()
    assert status is not None  # at once, whatever the mount does
    os.kill(pid, signal.SIGKILL)
    while mount_processes(home):
        pass
    assert drive.remount(60) == folder
    assert Path.cwd() == folder / "work"
    (folder / "x").write_text("works")
    assert drive.flush(60)
    # What was not uploaded when it died goes up when it is back.
    [pid] = mount_processes(home)
    with (folder / "unsent").open("w") as file:
        file.write("unsent")
        file.flush()
        web.kill()
    until_noted(home, "unsent", 6)
    os.kill(pid, signal.SIGKILL)
    while True:
        try:
            os.stat(folder)
        except OSError as error:
            if error.errno == errno.ENOTCONN:
                break
    assert not drive.health(10)
    with pytest.raises(StorageError, match="drive.remount()"):
        drive.flush(30)
    web.start()
    drive.mount(home / "drive", remote="web")  # brings it back too
    assert drive.flush(60)
    assert web.has() == {"x": "works", "unsent": "unsent"}


def test_a_notebook_that_comes_during_an_unmount(
    home: Path, web: Served, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = drive.mount(home / "drive", remote="web")
    flush = VfsFlush.run
    code = f"drive.mount({str(folder)!r}, remote='web'); print('there', flush=True); input()"
    others: list[subprocess.Popen[str]] = []

    def meanwhile(*arguments: Any) -> Any:
        others.append(other_notebook(code))
        assert any("there" in line for line in iter(others[0].stdout.readline, ""))  # type: ignore[union-attr]
        return flush(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(VfsFlush, "run", meanwhile)
        drive.unmount(60)
    assert "stays mounted" in capsys.readouterr().out and mounted_at(folder)
    others[0].communicate("\n", timeout=100)


def test_a_mount_that_died_with_its_kernel(home: Path, web: Served) -> None:
    """In a new one nothing is known of it, and nothing is named."""
    folder = drive.mount()
    [pid] = mount_processes(home)
    os.kill(pid, signal.SIGKILL)
    while mount_processes(home):
        pass
    session._mounts.clear()
    assert drive.mount() == folder
    (folder / "x").write_text("works")
    assert drive.flush(60) and web.has() == {"x": "works"}
    drive.unmount(60)


def test_what_a_container_that_is_gone_has_not_sent(
    home: Path, web: Served, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = drive.mount(home / "drive", remote="web")
    with (folder / "unsent").open("w") as file:
        file.write("unsent")
        file.flush()
        web.kill()
    until_noted(home, "unsent", 6)
    drive.unmount(force=True)
    session._mounts.clear()
    web.start()
    capsys.readouterr()
    monkeypatch.setattr("socket.gethostname", lambda: "the container that came after it")
    drive.mount(home / "drive", remote="web")
    said = capsys.readouterr().out
    assert "1 files (unsent) were written" in said
    root = Path(said.partition("copy them from ")[2].splitlines()[0].rstrip("."))
    assert (root / "unsent").read_text() == "unsent"


def test_a_mount_that_hangs(home: Path, web: Served) -> None:
    folder = drive.mount(remote="web")
    [pid] = mount_processes(home)
    (folder / "x").write_text("x")
    until_noted(home, "x", 1, web)
    os.kill(pid, signal.SIGSTOP)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        drive.flush(600)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        drive.health(600)
    assert drive.remount(60) == folder
    assert drive.flush(60)
    assert web.has() == {"x": "x"}


def test_takes_no_place_that_is_in_use(home: Path, web: Served) -> None:
    full = home / "full"
    full.mkdir()
    (full / "mine").write_text("mine")
    (home / "link").symlink_to(full)
    (home / "file").write_text("mine")
    for name, words in {"full": "it has files", "link": "is a link", "file": "is a file"}.items():
        with pytest.raises(StorageError, match=words):
            drive.mount(home / name, remote="web")
    assert (full / "mine").read_text() == (home / "file").read_text() == "mine"
    web.configure(home / "rclone.conf", "other")
    drive.mount(home / "drive", remote="web", read_only=True)
    with pytest.raises(StorageError, match="web: is already mounted at .*, not other:"):
        drive.mount(home / "drive", remote="other")
    with pytest.raises(StorageError, match="mounted read-only"):
        drive.mount(home / "drive", remote="web")
    with pytest.raises(OSError) as refused:
        (home / "drive" / "x").write_text("x")
    assert refused.value.errno == errno.EROFS
    assert drive.flush(10)
    drive.unmount(30)


@pytest.mark.parametrize("fault", ["read-only", "full"])
def test_a_remote_that_takes_nothing(place: Path, fault: str) -> None:
    folder = place / "web"
    folder.mkdir()
    small = ("mount", "-t", "tmpfs", "-o", "size=64k", "t", folder)
    if fault == "full" and subprocess.run(small, check=False).returncode:
        pytest.skip("a small disk cannot be made here")
    try:
        words = ["--read-only"] if fault == "read-only" else []
        with Served(folder, *words) as web, mounts_ended(place):
            web.configure(place / "rclone.conf")
            mounted = drive.mount(remote="web")
            with pytest.raises((StorageError, OSError)) as refused:
                (mounted / "big").write_bytes(bytes(200_000))
                drive.flush(6)
            assert "big is not in web after" in str(refused.value), refused.value
            if fault == "read-only":
                assert "permission denied" in str(refused.value)
            assert (mounted / "big").stat().st_size == 200_000  # nothing is lost
            os.chdir("/")
            drive.unmount(5, force=True)
            assert mounted_at(mounted) is None
    finally:
        if fault == "full":
            subprocess.run(["umount", "-l", folder], check=False)
