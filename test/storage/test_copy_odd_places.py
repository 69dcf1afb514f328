"""Copies without FUSE on odd ground: emptied folders, things in the way, a full disk."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mounts import small_disk
from served import Served

from runtime_kit import drive
from runtime_kit.storage import StorageError, session
from runtime_kit.storage.rclone.vfs_cache import VfsCache

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(web: Served, place: Path) -> Path:
    for name in ("top.txt", "data/a", "data/b"):
        (web.folder / name).parent.mkdir(exist_ok=True)
        (web.folder / name).write_text(name)
    return drive.mount(place / "copy", remote="web", provider="rclone-copy")


def test_a_file_that_cannot_be_looked_at_is_not_taken_for_deleted(
    folder: Path, web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive.pull()
    before, real = web.has(), os.stat

    def failing(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
        if str(path) == str(folder / "data" / "a"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", failing)
    with pytest.raises(StorageError):
        drive.flush(60, delete=True)
    monkeypatch.undo()
    assert web.has() == before


def test_a_folder_that_is_found_empty_is_one_to_be_filled(folder: Path, web: Served) -> None:
    drive.pull()
    before = web.has()
    shutil.rmtree(folder / "data")
    (folder / "top.txt").unlink()
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
    assert not (folder / ".runtime-kit-copy" / "pull").exists()


def test_a_disk_that_is_full(web: Served, place: Path) -> None:
    with small_disk(place / "disk", "64k") as disk:
        folder = drive.mount(disk / "copy", remote="web", provider="rclone-copy")
        (folder / "new").write_text("new")
        with (disk / "filler").open("wb") as filler, pytest.raises(OSError):
            while True:
                os.write(filler.fileno(), bytes(512))
        with pytest.raises(StorageError, match="the disk is full"):
            drive.flush(60)
        (disk / "filler").unlink()
        assert drive.flush(60) and web.has()["new"] == "new"
        assert drive.flush(60).text.count("0 files new or changed")
    session._mounts.clear()


def test_a_home_that_comes_back_under_a_machine_of_another_name(
    folder: Path, web: Served, place: Path
) -> None:
    """As that of a container that is made anew does."""
    drive.pull()
    (folder / "top.txt").write_text("changed by the first one")
    (folder / "new").write_text("new")
    code = f"""
import os, socket
socket.sethostname("made-anew")
from runtime_kit import drive
folder = drive.mount({str(folder)!r}, remote="web", provider="rclone-copy")
os.unlink(folder / "data" / "b")
assert drive.flush(60, delete=True)
"""
    words = ["unshare", "--uts", sys.executable, "-c", code]
    if subprocess.run([*words[:2], "true"], capture_output=True).returncode:
        pytest.skip("this user may not give a machine another name")
    subprocess.run(words, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    changed = {"top.txt": "changed by the first one", "new": "new", "data/a": "data/a"}
    assert web.has() == changed
    # Both may see it at once.
    (folder / "data" / "a").write_text("changed again")
    assert drive.flush(60) and web.has() == {**changed, "data/a": "changed again"}


def test_what_is_known_of_another_copy_is_not_brought(folder: Path, web: Served) -> None:
    """It came there with a folder that was sent by other means."""
    other = web.folder / "sent" / ".runtime-kit-copy"
    other.mkdir(parents=True)
    (other / "files.json").write_text("{}")
    shutil.copytree(other, web.folder / ".runtime-kit-copy")
    assert drive.pull() == 3 and not (folder / "sent").exists()
    assert drive.pull(".runtime-kit-copy") == 0
    (folder / "top.txt").write_text("changed")
    assert drive.flush(60) and web.has()["top.txt"] == "changed"


def failing_for(bad: Path) -> Any:
    """A folder of a disk that fails: it can neither be listed nor looked at."""

    def wrap(real: Any) -> Any:
        def call(path: Any = ".", *arguments: Any, **options: Any) -> Any:
            if not isinstance(path, int) and os.fspath(path) == str(bad):
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(bad))
            return real(path, *arguments, **options)

        return call

    return wrap


def test_an_error_of_this_disk_is_not_explained_as_one_of_the_service(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stat", "scandir", "listdir"):
        monkeypatch.setattr(os, name, failing_for(folder)(getattr(os, name)))
    for act in (lambda: drive.pull(), lambda: drive.flush(60)):
        with pytest.raises(StorageError) as error:
            act()
        assert "nput/output error" in str(error.value)
        assert "service" not in str(error.value) and "deleted" not in str(error.value)
    monkeypatch.undo()


@pytest.mark.parametrize("bad", ["vfsMeta", "vfsMeta/r", "vfs/r/a"])
def test_a_cache_that_cannot_be_read_is_not_taken_for_uploaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    """What is not known to be uploaded is never deleted."""
    for part, content in (("vfs", "data"), ("vfsMeta", '{"Dirty": true, "Size": 4}')):
        (tmp_path / part / "r").mkdir(parents=True)
        (tmp_path / part / "r" / "a").write_text(content)
    cache = VfsCache(tmp_path)
    assert cache.pending() == ["r/a"]
    for name in ("stat", "scandir"):
        monkeypatch.setattr(os, name, failing_for(tmp_path / bad)(getattr(os, name)))
    with pytest.raises(StorageError, match="Input/output error"):
        cache.pending()
    monkeypatch.undo()
