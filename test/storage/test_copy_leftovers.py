"""What a flush or a pull of a copy leaves that was cut short, and how the next one sees it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from served import Served

from runtime_kit import drive
from runtime_kit._os.child import tether
from runtime_kit.storage import StorageError
from runtime_kit.storage.local_copy import copy_pull
from runtime_kit.storage.local_copy.file_fingerprint import FileFingerprint, alike, in_utc
from runtime_kit.storage.rclone import program as rclone
from runtime_kit.storage.rclone.program import list_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(web: Served, place: Path) -> Path:
    return drive.mount(place / "copy", remote="web", provider="rclone-copy")


@pytest.fixture
def disk(place: Path) -> Path:
    """A remote that keeps times, as Drive does."""
    if not shutil.which("rclone"):
        pytest.skip("rclone is not installed")
    (place / "disk").mkdir()
    config = f"[disk]\ntype = alias\nremote = {place / 'disk'}\n"
    (place / "rclone.conf").write_text(config)
    return place / "disk"


def killed_after_sending(folder: Path, remote: str) -> None:
    """A notebook whose kernel is killed when rclone has sent all, and nothing is noted of it."""
    code = (
        "import os, signal\n"
        "from runtime_kit import drive\n"
        "from runtime_kit.storage.local_copy.copy_send import Sending\n"
        "Sending._remember = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"drive.mount({str(folder)!r}, remote={remote!r}, provider='rclone-copy')\n"
        "drive.flush(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_a_killed_flush_has_sent_is_ones_own(disk: Path, place: Path) -> None:
    folder = drive.mount(place / "copy", remote="disk", provider="rclone-copy")
    (folder / "model").write_text("epoch 1")
    killed_after_sending(folder, "disk")
    assert (disk / "model").read_text() == "epoch 1"
    (folder / "model").write_text("epoch 2")
    assert drive.flush(60) and (disk / "model").read_text() == "epoch 2"
    # The change of somebody else after such a flush is a conflict all the same.
    (folder / "model").write_text("epoch 3")
    killed_after_sending(folder, "disk")
    (disk / "model").write_text("epoch 9")
    (folder / "model").write_text("epoch 4")
    done = drive.flush(60)
    assert not done and "was changed in" in done.text
    assert (disk / "model").read_text() == "epoch 9"


def test_where_no_times_are_kept_nothing_is_taken_for_ones_own(folder: Path, web: Served) -> None:
    (folder / "model").write_text("epoch 1")
    os.utime(folder / "model", (10**9, 10**9))
    killed_after_sending(folder, "web")
    (folder / "model").write_text("epoch 2")
    done = drive.flush(60)
    assert not done and "interrupted flush" in done.text
    assert web.has() == {"model": "epoch 1"}
    assert drive.flush(60, overwrite=True) and web.has() == {"model": "epoch 2"}


def test_a_change_of_others_before_a_failure_stays(
    folder: Path, web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came between the look at the remote and the failure; nothing was written here."""
    (folder / "model").write_text("epoch 1")
    assert drive.flush(60)
    (folder / "model").write_text("epoch 2")
    ask = rclone.ask

    def interfered(words: list[str], *arguments: object, **options: object) -> str:
        if words[0] == "copy":
            (web.folder / "model").write_text("theirs")
            raise StorageError("Sending failed.")
        return ask(words, *arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(StorageError, match="Sending failed"):
        patch.setattr(rclone, "ask", interfered)
        drive.flush(60)
    done = drive.flush(60)
    assert not done and "was changed in" in done.text
    assert web.has() == {"model": "theirs"}


def test_what_rclone_says_nothing_of_is_not_proven(folder: Path, web: Served) -> None:
    names = ["same", "changed", "nowhere", "line\x85in\u2028it"]
    for name in names[:2] + names[3:]:
        (folder / name).write_text(name)
    assert drive.flush(60)
    (folder / "changed").write_text("longer than before")
    with list_of(names) as wanted:
        assert rclone.differences(folder, "web:", wanted, 60) == ["changed", "nowhere"]
    with list_of([]) as wanted:
        assert rclone.differences(folder, "web:", wanted, 60) == []


def test_another_time_zone_is_no_change(
    disk: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = drive.mount(place / "copy", remote="disk", provider="rclone-copy")
    (disk / "theirs").write_text("theirs")
    for zone, text in (("UTC", "one"), ("Asia/Seoul", "two"), ("America/New_York", "three")):
        monkeypatch.setenv("TZ", zone)
        (folder / "mine").write_text(text)
        assert drive.flush(60), "it is said to be changed by somebody else"
        assert drive.pull() == (1 if zone == "UTC" else 0)
    assert (disk / "mine").read_text() == "three"


def test_times_of_rclones() -> None:
    same = ["2026-03-01T08:30:00.5+09:00", "2026-02-28T23:30:00.500000000Z"]
    assert {in_utc(each) for each in same} == {"2026-02-28T23:30:00.5Z"}
    assert in_utc("2026-02-28T17:00:00-06:30") == "2026-02-28T23:30:00Z"
    assert in_utc("never") == "never"
    here = FileFingerprint(3, "1772321400123456789")
    for time, answer in {
        "2026-02-28T23:30:00Z": True,  # a remote of whole seconds
        "2026-02-28T23:30:00.123Z": True,  # and one of milliseconds
        "2026-02-28T23:30:00.123456789Z": True,
        "2026-02-28T23:30:00.124Z": False,
        "2026-02-28T23:30:01Z": False,
        "never": False,
    }.items():
        assert alike(FileFingerprint(3, time), here) == answer, time
        assert not alike(FileFingerprint(4, time), here)


def test_half_a_file_of_an_interrupted_pull_is_not_taken_for_it(
    folder: Path, web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """rclone writes a large file at several places: killed, it leaves one of its size."""
    (web.folder / "large").write_text("whole")
    os.utime(web.folder / "large", (10**9, 10**9))

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(copy_pull, "_settle", killed)
        drive.pull()
    (folder / ".runtime-kit-copy" / "pull" / "large").write_bytes(b"\0\0\0le")
    assert drive.pull() == 1 and (folder / "large").read_text() == "whole"


def test_rclone_ends_with_a_kernel_that_is_killed(web: Served, place: Path) -> None:
    """It would send an old state over what a next kernel sends."""
    if not tether():
        pytest.skip("setpriv is not installed")
    (place / "model").write_bytes(bytes(4 << 20))
    words = ["copy", str(place / "model"), "web:", "--bwlimit=1M"]
    code = f"from runtime_kit.storage.rclone import program; program.ask({words}, 600, 'Sending')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    kernel = subprocess.Popen([sys.executable, "-c", code], env=environment)
    while not (children := _children(kernel.pid)):
        assert kernel.poll() is None
    kernel.kill()
    kernel.wait()
    while any(Path(f"/proc/{child}").exists() for child in children):
        pass
    arrived = web.folder / "model"
    assert not arrived.exists() or arrived.stat().st_size < 4 << 20


def _children(parent: int) -> list[str]:
    """Those that are rclone already."""
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in task.read_text().split():
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
                found += [child] if words[0].endswith(b"rclone") else []
    return found
