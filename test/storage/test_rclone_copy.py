"""`drive` where there is no FUSE: the local copy of a remote, with real rclone."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from served import Served

from runtime_kit import Run, drive
from runtime_kit.storage import StorageError
from runtime_kit.storage.local_copy import copy_pull
from runtime_kit.storage.rclone import program as rclone

NAMES = ("with a space.txt", "한국어/中文 名字.txt", "a" * 251 + ".txt")


@pytest.fixture
def folder(web: Served, place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, on a machine that has rclone and no program that mounts for it."""
    only_rclone = place / "bin"
    only_rclone.mkdir()
    (only_rclone / "rclone").symlink_to(str(shutil.which("rclone")))
    monkeypatch.setenv("PATH", str(only_rclone))
    (web.folder / "data").mkdir()
    (web.folder / "data" / "old.txt").write_text("old")
    (web.folder / "top.txt").write_text("top")
    return drive.mount(remote="web")


def test_is_filled_on_demand_and_sent(folder: Path, web: Served) -> None:
    status = drive.status()
    assert status is not None and (status["provider"], status["durable"]) == ("rclone-copy", True)
    assert [path.name for path in folder.iterdir()] == [".runtime-kit-copy"]
    assert drive.pull("data") == 1 and drive.pull("data") == 0
    assert (folder / "data" / "old.txt").read_text() == "old"
    assert not (folder / "top.txt").exists()
    for name in NAMES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    (folder / "data" / "old.txt").write_text("new")  # as long as before
    (folder / ".step-000000000012.tmp-1a").mkdir()
    (folder / ".step-000000000012.tmp-1a" / "half").write_text("half")
    assert drive.flush(60)
    assert web.has() == {"top.txt": "top", "data/old.txt": "new", **{n: n for n in NAMES}}
    assert "0 files" in drive.flush(60).text
    # Deleted here it stays there, until that is asked for.
    (folder / "data" / "old.txt").unlink()
    assert "delete=True" in drive.flush(60).text and "data/old.txt" in web.has()
    assert drive.flush(60, delete=True) and "data/old.txt" not in web.has()
    assert "top.txt" in web.has()
    # A new kernel in the same place goes on with it.
    assert drive.mount(remote="web", folder="data") == folder / "data"
    drive.unmount(60)
    assert (folder / NAMES[0]).read_text() == NAMES[0]


def test_replaces_nothing_of_others(folder: Path, web: Served) -> None:
    drive.pull()
    (folder / "top.txt").write_text("mine")
    (web.folder / "top.txt").write_text("theirs!")
    (folder / "new.txt").write_text("mine")
    (web.folder / "new.txt").write_text("them")  # as long as mine
    done = drive.flush(60)
    assert not done and "was changed in web" in done.text
    assert web.has()["top.txt"] == "theirs!" and web.has()["new.txt"] == "them"
    # Neither does the other way.
    assert drive.pull() == 0 and (folder / "top.txt").read_text() == "mine"
    with pytest.raises(StorageError, match="was changed in"):
        drive.unmount(60)
    assert drive.flush(60, overwrite=True)
    assert web.has()["top.txt"] == web.has()["new.txt"] == "mine"
    (web.folder / "top.txt").write_text("theirs again")
    assert drive.pull() == 1 and (folder / "top.txt").read_text() == "theirs again"


def test_an_interrupted_pull_brings_nothing_old(
    folder: Path, web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(copy_pull, "_settle", stopped)
        with pytest.raises(KeyboardInterrupt):
            drive.pull()
    kept = (folder / ".runtime-kit-copy" / "pull" / "data" / "old.txt").stat()
    (web.folder / "top.txt").write_text("new")  # as long as before
    os.utime(web.folder / "top.txt", (10**9, 10**9))
    ask, arrived = rclone.ask, []

    def asked(*arguments: Any, **options: Any) -> str:
        said = ask(*arguments, **options)
        arrived.append((folder / ".runtime-kit-copy" / "pull" / "data" / "old.txt").stat().st_ino)
        return said

    with monkeypatch.context() as patch:
        patch.setattr(rclone, "ask", asked)
        assert drive.pull() == 2
    assert (folder / "top.txt").read_text() == "new"
    assert arrived[-1] == kept.st_ino  # what is the same still is not brought again
    assert drive.flush(60) and web.has() == {"top.txt": "new", "data/old.txt": "old"}


def test_what_cannot_be_seen_is_not_deleted(folder: Path, web: Served, place: Path) -> None:
    drive.pull()
    before = web.has()
    (folder / "data").rename(place / "larger disk")
    (folder / "data").symlink_to(place / "larger disk")
    (folder / "newest").symlink_to("top.txt")  # which is sent by its own name
    done = drive.flush(60, delete=True)
    assert not done and "Not sent: data (1 links in total)" in done.text
    assert web.has() == before
    shutil.rmtree(folder)
    with pytest.raises(StorageError, match="was deleted. Create it again"):
        drive.flush(60, delete=True)
    assert web.has() == before


def test_a_file_that_is_written_to_meanwhile_is_nobody_elses(
    folder: Path, web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "train.log").write_text("step 1\n")
    (folder / "other").write_text("other")
    differences = rclone.differences

    def written_to(*arguments: Any) -> list[str]:
        with (folder / "train.log").open("a") as log:
            log.write("more\n")
        return differences(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(rclone, "differences", written_to)
        done = drive.flush(60)
    assert not done and "train.log (1 files in total) changed while" in done.text
    assert drive.flush(60)
    assert web.has()["train.log"] == "step 1\nmore\n" and web.has()["other"] == "other"


def test_what_was_sent_before_a_failure_is_nobody_elses(folder: Path, web: Served) -> None:
    (folder / "model").write_text("epoch 1")
    (folder / "too").mkdir()
    (folder / "too" / "far").write_text("a file is in its way there")
    (web.folder / "too").write_text("theirs")
    with pytest.raises(StorageError, match="Sending 2 files to web: failed"):
        drive.flush(60)
    assert web.has()["model"] == "epoch 1"
    (folder / "model").write_text("epoch 2")
    (web.folder / "too").unlink()
    assert drive.flush(60) and web.has()["model"] == "epoch 2"


def test_a_remote_that_goes_away(folder: Path, web: Served, place: Path) -> None:
    (folder / "a").write_text("a")
    web.kill()
    with pytest.raises(StorageError, match="can't be reached"):
        drive.flush(60)
    with pytest.raises(StorageError, match="can't be reached"):
        drive.pull(timeout=60)
    assert not drive.health(30)
    with pytest.raises(StorageError, match=r"Reaching web: failed: it can't be reached"):
        drive.mount(place / "another", remote="web")
    web.start()
    assert drive.flush(60) and drive.health(30)
    assert web.has()["a"] == "a"
    # Sent, but the sender did not live to write that down.
    (folder / ".runtime-kit-copy" / "files.json").write_text('{"remote": "web:", "files": {}}')
    assert drive.flush(60)


def test_takes_no_folder_of_the_users(folder: Path, place: Path) -> None:
    (place / "mine").mkdir()
    (place / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(StorageError, match="it has files"):
        drive.mount(place / "mine", remote="web")
    with pytest.raises(StorageError, match="outside of the Drive"):
        drive.mount(place / "mine", remote="web", folder="../..")
    with pytest.raises(StorageError, match="not inside"):
        drive.pull("../secrets")
    with pytest.raises(StorageError, match="no such remote"):
        drive.mount(remote="nowhere")


def test_an_interrupt_and_a_timeout_end_it(folder: Path, web: Served) -> None:
    (folder / "a").write_text("a")
    assert web._process is not None
    web._process.send_signal(signal.SIGSTOP)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        drive.flush(600)
    with pytest.raises(StorageError, match="after 1 s"):
        drive.flush(1)
    web._process.send_signal(signal.SIGCONT)
    assert drive.flush(60)
    assert web.has()["a"] == "a"


def test_read_only(web: Served, place: Path) -> None:
    folder = drive.mount(remote="web", read_only=True, provider="rclone-copy")
    (folder / "a").write_text("a")
    assert drive.flush(60) and web.has() == {}


def test_a_run_goes_on_in_a_fresh_copy(web: Served, place: Path) -> None:
    """The machine is lost, and all that it had: no training starts anew without a word."""
    for machine in ("first", "second"):
        folder = drive.mount(place / machine, remote="web", provider="rclone-copy")
        state = {"steps": [0]}
        run = Run("digits", folder / "runs", every=1).track(state=state)
        restored = run.restore()
        assert (restored is None) == (machine == "first")
        for _ in run.epochs(1 if machine == "first" else 2):
            for _ in run.batches(range(3)):
                state["steps"][0] += 1
        run.finish()
        assert drive.flush(60)
        assert not any(name.endswith(".lock") for name in web.has_names())
    assert state["steps"] == [6]
