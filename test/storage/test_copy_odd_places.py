"""Copies without FUSE on odd ground: emptied folders, things in the way, a full disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from mounts import small_disk
from served import Served

from runtime_kit import drive
from runtime_kit.storage import StorageError, session


@pytest.fixture
def folder(web: Served, place: Path) -> Path:
    for name in ("top.txt", "data/a", "data/b"):
        (web.folder / name).parent.mkdir(exist_ok=True)
        (web.folder / name).write_text(name)
    return drive.mount(place / "copy", remote="web", provider="rclone-copy")


def test_a_folder_that_is_empty_on_a_new_machine_was_not_emptied(
    folder: Path, web: Served, place: Path
) -> None:
    """The home was kept, with what is known of the copy, and its disk was not."""
    drive.pull()
    before = web.has()
    shutil.rmtree(folder)
    folder.mkdir()
    session._mounts.clear()
    drive.mount(folder, remote="web", provider="rclone-copy")
    assert drive.flush(60, delete=True) and web.has() == before
    assert drive.pull() == 3
    (folder / "top.txt").unlink()
    assert drive.flush(60, delete=True) and "top.txt" not in web.has()


def test_what_is_in_the_way_of_a_pull_stays(folder: Path, web: Served, place: Path) -> None:
    (folder / "data").write_text("mine")
    assert drive.pull() == 1 and (folder / "data").read_text() == "mine"
    (folder / "data").unlink()
    (place / "larger disk").mkdir()
    (folder / "data").symlink_to(place / "larger disk")
    assert drive.pull() == 0 and not list((place / "larger disk").iterdir())
    (folder / "data").unlink()
    (folder / "data" / "a").mkdir(parents=True)
    (folder / "data" / "b").symlink_to("nowhere yet")
    assert drive.pull() == 0 and (folder / "data" / "b").is_symlink()
    assert not (folder / ".runtime-kit-pull").exists()


def test_a_disk_that_is_full(
    folder: Path, web: Served, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "new").write_text("new")
    with small_disk(place / "disk", "64k") as disk:
        shutil.copytree(place / "state", disk / "state")
        monkeypatch.setenv("RUNTIME_KIT_STATE", str(disk / "state"))
        session._mounts.clear()
        drive.mount(folder, remote="web", provider="rclone-copy")
        with (disk / "filler").open("wb") as filler, pytest.raises(OSError):
            while True:
                os.write(filler.fileno(), bytes(512))
        with pytest.raises(StorageError, match="the disk is full"):
            drive.flush(60)
        (disk / "filler").unlink()
        assert drive.flush(60) and web.has()["new"] == "new"
        assert drive.flush(60).text.count("0 files new or changed")
    session._mounts.clear()
