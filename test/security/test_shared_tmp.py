"""A folder that another user made in a shared /tmp is not taken for our own."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from runtime_kit import stage
from runtime_kit.staging import StageError, space
from runtime_kit.staging.paths import StagingPaths

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no shared /tmp")


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    space._own_folder.cache_clear()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(space, "_is_memory", lambda folder: False)
    monkeypatch.delenv("RUNTIME_KIT_STAGE", raising=False)
    return tmp_path / f"runtime-kit-data-{os.getuid()}"


def test_ones_own_is_private(shared: Path) -> None:
    folder = space._own_folder(shared)
    assert folder == shared and folder.stat().st_mode & 0o777 == 0o700
    space._own_folder.cache_clear()
    assert space._own_folder(shared) == shared


@pytest.mark.parametrize("kind", ["link", "file", "open", "other"])
def test_anybody_elses_is_not_used(
    shared: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "link":
        (tmp_path / "theirs").mkdir()
        shared.symlink_to(tmp_path / "theirs")
    elif kind == "file":
        shared.write_text("")
    else:
        shared.mkdir()
        shared.chmod(0o777 if kind == "open" else 0o700)
    if kind == "other":
        uid = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: uid)
    folder = space._own_folder(shared)
    assert folder != shared and folder.parent == shared.parent
    assert folder.stat().st_mode & 0o777 == 0o700 and not list(folder.iterdir())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    for number in range(20):
        (folder / "deep" / f"{number}.bin").write_bytes(bytes(number))
    return folder


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder where others may write, as in ``/tmp``."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder


def _marker(target: Path) -> dict[str, Any]:
    return dict(json.loads(StagingPaths(target).marker.read_text()))


def _forge(target: Path, **fields: Any) -> None:
    marker = _marker(target) | fields
    StagingPaths(target).marker.write_text(json.dumps(marker))


def test_ones_own_is_taken_also_in_a_shared_folder(
    data: Path, open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = open_folder / "data"
    stage(data, target)
    assert len(_marker(target)["sample"]) == 20
    (target / "mine").write_text("added by the user")
    capsys.readouterr()
    assert stage(data, target) == target
    said = capsys.readouterr().out
    assert "is already staged" in said and "missing" not in said


@pytest.mark.parametrize("whose", ["target", "marker"])
def test_what_somebody_else_made_is_not_taken(
    data: Path, open_folder: Path, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One user cannot give a file away, so the others are made to be somebody else."""
    target = open_folder / "data"
    stage(data, target)
    theirs = target if whose == "target" else StagingPaths(target).marker
    if os.getuid() == 0:
        os.chown(theirs, 12345, 12345)
    else:
        uid = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: uid)
    with pytest.raises(StageError, match="was not staged by this"):
        stage(data, target)


@pytest.mark.parametrize("change", ["missing", "size"])
def test_a_folder_that_is_not_what_was_staged(
    data: Path, tmp_path: Path, open_folder: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for target in (open_folder / "data", tmp_path / "data"):
        stage(data, target)
        file = target / "deep" / "7.bin"
        file.unlink()
        if change == "size":
            file.write_bytes(b"other")
    with pytest.raises(StageError, match="was not staged by this"):
        stage(data, open_folder / "data")
    # Where nobody else can write it is the user's doing, or that of a program that cleans up.
    capsys.readouterr()
    assert stage(data, tmp_path / "data") == tmp_path / "data"
    assert "missing or resized since: 1." in capsys.readouterr().out


@pytest.mark.parametrize(
    "fields",
    [
        {"format": 1, "names": []},  # of an older version, which named no files
        {"sample": None},
        {"sample": [[1]]},
        {"sample": {"a": 1}},
        {"sample": [["\0", 1]]},
        {"source": None},
        {"folder": None},
    ],
)
def test_an_odd_marker_is_none(data: Path, tmp_path: Path, fields: dict[str, Any]) -> None:
    target = tmp_path / "data"
    stage(data, target)
    _forge(target, **fields)
    with pytest.raises(StageError, match="was not staged by this"):
        stage(data, target)


@pytest.mark.parametrize("kind", ["deep", "huge", "pipe", "list", "empty"])
def test_an_odd_file_is_no_marker(data: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "data"
    stage(data, target)
    marker = StagingPaths(target).marker
    marker.unlink()
    if kind == "pipe":
        os.mkfifo(marker)
    else:
        text = {"deep": "[" * 100_000, "huge": " " * (2 << 20), "list": "[]", "empty": ""}
        marker.write_text(text[kind])
    with pytest.raises(StageError, match="was not staged by this"):
        stage(data, target)
    shutil.rmtree(target)
    assert stage(data, target) == target


@pytest.mark.parametrize("kind", ["link", "theirs"])
def test_an_unfinished_folder_of_somebody_else(
    data: Path, open_folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = open_folder / "data"
    partial = StagingPaths(target).partial
    source = {"name": str(data), "size": None, "mtime": None}
    StagingPaths(target).resume(source)
    (partial / "tree" / "planted").write_text("planted")
    if kind == "link":
        partial.rename(open_folder / "elsewhere")
        partial.symlink_to(open_folder / "elsewhere")
    elif os.getuid() == 0:
        os.chown(partial, 12345, 12345)
    else:
        uid = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: uid)
    with pytest.raises(StageError, match="belongs to another user or is a link"):
        stage(data, target)
    assert not target.exists() and (partial / "tree" / "planted").exists()


def test_of_many_files_some_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime_kit.staging.paths.SAMPLE", 10)
    source = tmp_path / "source"
    source.mkdir()
    for number in range(57):
        (source / str(number)).touch()
    stage(source, tmp_path / "data")
    assert len(_marker(tmp_path / "data")["sample"]) == 10
