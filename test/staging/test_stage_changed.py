"""A folder that changes while it is staged or before it is packed; a tar without its end."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from archives import content, make_folder, member, tar_of
from polling import eventually
from slow_child import LONG_AGO, child, inodes

from runtime_kit import stage
from runtime_kit.staging import DamagedArchiveError, StageError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    top = make_folder(tmp_path / "data", count=30)
    for path in top.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (LONG_AGO, LONG_AGO))
    return top


def test_what_was_deleted_between_two_calls_is_not_staged(source: Path, tmp_path: Path) -> None:
    tree = tmp_path / ".out.staging" / "tree"
    process = child(source, tmp_path / "out")
    eventually(lambda: tree.exists() and len(inodes(tree)) >= 25, "files arrive")
    process.kill()
    process.communicate()
    there = sorted(inodes(tree))
    for name in there[::3]:
        (source / name).unlink()
    turned = source / "class 0"  # a file now, and a file that is a folder
    for path in list(turned.iterdir()):
        path.unlink()
    turned.rmdir()
    turned.write_text("file")
    (source / "link").unlink()
    left = sorted(name for name in there if (source / name).is_file())[0]
    (source / left).unlink()
    (source / left).mkdir()
    (source / left / "inner").write_text("inner")
    stage(source, tmp_path / "out")
    assert content(tmp_path / "out") == content(source)


@pytest.mark.parametrize("change", ["written", "deleted", "added", "mode", "link"])
def test_nothing_is_packed_that_the_folder_is_not(
    source: Path, tmp_path: Path, change: str
) -> None:
    """The user deletes the pack since the folder has changed, as docs say."""
    archive = tmp_path / "data.tar"
    stage(source, tmp_path / "out", pack=True)
    archive.unlink()
    stage(source, tmp_path / "out", pack=True)
    assert archive.exists(), "nothing has changed"
    archive.unlink()
    if change == "written":
        (source / "run.sh").write_text("#!/bin/zs\n")  # as long as before
    elif change == "deleted":
        (source / "run.sh").unlink()
    elif change == "added":
        (source / "new").write_text("new")
    elif change == "mode":
        (source / "run.sh").chmod(0o644)
    else:
        (source / "link").unlink()
        (source / "link").symlink_to("run.sh")
    with pytest.raises(StageError, match="has changed since .* so it is not packed"):
        stage(source, tmp_path / "out", pack=True)
    assert not archive.exists()
    stage(source, tmp_path / "out", pack=True, overwrite=True)
    assert content(stage(source, tmp_path / "other", pack=True)) == content(source)


def test_a_tar_without_its_end(tmp_path: Path) -> None:
    """GNU tar takes it without a word; one that was cut between two files is the same to it."""
    tar = tar_of(tmp_path / "whole.tar", *(member(name) for name in "abc"), data=b"data")
    good = tar.read_bytes()
    bare = tmp_path / "bare.tar"
    for files in (3, 2):
        bare.write_bytes(good[: files * 1024])
        subprocess.run(["tar", "-tf", bare], check=True, capture_output=True)
        with pytest.raises(
            DamagedArchiveError, match="no end-of-archive mark.*`tar -xf`.*stage the"
        ):
            stage(bare, tmp_path / "data")
    bare.write_bytes(good[: 3 * 1024 + 512])  # half of it is there: GNU tar warns
    assert sorted(path.name for path in stage(bare, tmp_path / "data").iterdir()) == ["a", "b", "c"]


def test_a_file_that_is_written_to_while_it_is_read(tmp_path: Path) -> None:
    """What was read is neither the old nor the new one."""
    source, part = tmp_path / "table.bin", tmp_path / ".out.staging" / "tree" / "table.bin"
    source.write_bytes(bytes(4 << 20))
    process = child(source, tmp_path / "out")
    eventually(lambda: part.exists() and part.stat().st_size, "some of it comes")
    with source.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"1")
    output, _ = process.communicate()
    assert "is done" not in output and not (tmp_path / "out").exists()
    assert (stage(source, tmp_path / "out") / "table.bin").read_bytes() == source.read_bytes()
