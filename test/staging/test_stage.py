"""What is staged is what was packed, once, and never in the place of something else."""

from __future__ import annotations

import os
import shutil
import threading
import zipfile
from pathlib import Path

import pytest
from archives import FORMATS, content, make_archive, make_folder, needs
from mounts import small_disk

from runtime_kit import stage
from runtime_kit.staging import NoSpaceError, StageError
from runtime_kit.staging.pipeline.chunk_queue import ChunkQueue
from runtime_kit.staging.pipeline.worker_pool import BATCH, WorkerPool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("source") / "my data")


@pytest.fixture(scope="module")
def archives(folder: Path) -> dict[str, Path]:
    if reason := needs("zip") or needs("zstd"):
        pytest.skip(reason)
    return {kind: make_archive(folder, kind) for kind in FORMATS}


@pytest.mark.parametrize("kind", [*FORMATS, "folder"])
def test_content(folder: Path, archives: dict[str, Path], tmp_path: Path, kind: str) -> None:
    target = tmp_path / "data"
    assert stage(archives.get(kind, folder), target) == target
    expected = content(folder)
    got = content(target)
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        if kind == "zip" and isinstance(value, tuple):  # to two seconds
            assert got[name][:2] == value[:2] and abs(got[name][2] - value[2]) <= 2  # type: ignore[index]
        else:
            assert got[name] == value, name
    assert {path.name for path in tmp_path.iterdir()} == {"data", ".data.staged.json"}


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "folder"])
def test_the_second_call_touches_nothing(
    folder: Path,
    archives: dict[str, Path],
    tmp_path: Path,
    kind: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = archives.get(kind, folder)
    stage(source, tmp_path / "data")
    (tmp_path / "data" / "mine.txt").write_text("added by the user")
    before = (tmp_path / "data").stat()
    capsys.readouterr()
    assert stage(source, tmp_path / "data") == tmp_path / "data"
    assert "is already staged" in capsys.readouterr().out
    assert (tmp_path / "data").stat() == before
    assert (tmp_path / "data" / "mine.txt").exists()


def test_a_folder_deleted_since_is_staged_again(archives: dict[str, Path], tmp_path: Path) -> None:
    stage(archives["zip"], tmp_path / "data")
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").mkdir()
    stage(archives["zip"], tmp_path / "data")
    assert (tmp_path / "data" / "run.sh").exists()
    for path in (tmp_path / "data").iterdir():  # the new folder may get the number of the old one
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    stage(archives["zip"], tmp_path / "data")
    assert (tmp_path / "data" / "run.sh").exists()


def test_default_target(
    archives: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNTIME_KIT_STAGE", str(tmp_path / "fast"))
    assert stage(archives["tar.gz"]) == tmp_path / "fast" / "my data"
    monkeypatch.chdir(archives["zip"].parent)
    assert stage("my data.zip", tmp_path / "b").is_dir()


def test_one_worker_is_enough() -> None:
    """A large file behind as many small ones as may wait."""
    pool, begun, got = WorkerPool(1, capacity=BATCH, timeout=20), threading.Event(), []
    chunks = ChunkQueue(pool)
    pool.submit(BATCH // 2, begun.wait)
    pool.submit(BATCH // 2 - 1, len, b"")
    pool.submit_fed(lambda: got.extend(chunks))
    begun.set()
    chunks.put(memoryview(b"large"))
    chunks.end()
    pool.drain()
    pool.close()
    assert [bytes(piece) for piece in got] == [b"large"]


def test_a_plain_file(tmp_path: Path) -> None:
    source = tmp_path / "table.parquet"
    source.write_bytes(os.urandom(5 << 20))
    folder = stage(source, tmp_path / "data")
    assert (folder / "table.parquet").read_bytes() == source.read_bytes()
    assert [p.name for p in folder.iterdir()] == ["table.parquet"]


@pytest.mark.parametrize("what", ["folder", "file", "link", "broken link"])
def test_nothing_is_overwritten(archives: dict[str, Path], tmp_path: Path, what: str) -> None:
    target, other = tmp_path / "data", tmp_path / "other"
    if what == "folder":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    elif what == "file":
        target.write_text("mine")
    else:
        if what == "link":
            other.mkdir()
        target.symlink_to(other)
    with pytest.raises(StageError, match="already exists"):
        stage(archives["zip"], target)
    if what == "folder":
        assert (target / "mine.txt").read_text() == "mine"
    stage(archives["zip"], target, overwrite=True)
    assert (target / "run.sh").exists() and not (target / "mine.txt").exists()
    assert not target.is_symlink() and (what != "link" or not list(other.iterdir()))


def test_the_source_itself_is_not_replaced(tmp_path: Path) -> None:
    """`overwrite` is about what was staged before, not about the only copy of the data."""
    (tmp_path / "data" / "more").mkdir(parents=True)
    archive = tmp_path / "data" / "more" / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("one", "1")
    for source in (archive, tmp_path / "data"):
        with pytest.raises(StageError, match="is inside .*Choose another"):
            stage(source, tmp_path / "data", overwrite=True)
    assert archive.exists()
    assert (stage(archive, tmp_path / "data" / "one") / "one").exists()


def test_a_source_that_changed_is_told(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("one", "1")
    stage(archive, tmp_path / "data")
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("two", "22")
        file.writestr("one", "11")
    with pytest.raises(StageError, match="has changed since"):
        stage(archive, tmp_path / "data")
    assert not (tmp_path / "data" / "two").exists()
    stage(archive, tmp_path / "data", overwrite=True)
    # Of a name that comes twice the later one counts.
    assert (tmp_path / "data" / "one").read_text() == "11"
    other = tmp_path / "other.zip"
    shutil.copy(archive, other)
    with pytest.raises(StageError, match="another source"):
        stage(other, tmp_path / "data")


def test_two_folders_of_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_KIT_STAGE", str(tmp_path / "fast"))
    for part in ("train", "test"):
        (tmp_path / part / "images").mkdir(parents=True)
        (tmp_path / part / "images" / f"{part}.png").write_text(part)
    staged = stage(tmp_path / "train" / "images")
    with pytest.raises(StageError, match="another source"):
        stage(tmp_path / "test" / "images")
    assert [path.name for path in staged.iterdir()] == ["train.png"]
    stage(tmp_path / "test" / "images", overwrite=True)
    assert [path.name for path in staged.iterdir()] == ["test.png"]


def test_space_is_looked_at_first(archives: dict[str, Path], tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "70m") as disk:
        (disk / "filler").write_bytes(bytes(3 << 20))
        for kind in ("zip", "tar"):
            with pytest.raises(NoSpaceError, match=r"needs 0.01 GB, but .* 0.07 GB free"):
                stage(archives[kind], disk / "data")
            assert not (disk / "data").exists()


def test_a_disk_that_fills_up(
    folder: Path, archives: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much a compressed tar holds is not known before; and then room was made."""
    monkeypatch.setattr("runtime_kit.staging.space.RESERVE", 0)
    with small_disk(tmp_path / "disk", "12m") as disk:
        (disk / "filler").write_bytes(bytes(7 << 20))
        with pytest.raises(NoSpaceError, match=r"is full\..* Call this again to continue"):
            stage(archives["tar.xz"], disk / "data")
        assert not (disk / "data").exists()
        (disk / "filler").unlink()
        stage(archives["tar.xz"], disk / "data")
        assert content(disk / "data") == content(folder)


def test_a_read_only_disk(archives: dict[str, Path], tmp_path: Path) -> None:
    from mounts import remount

    with small_disk(tmp_path / "disk", "20m") as disk:
        remount(disk, "ro")
        with pytest.raises(StageError, match="read-only"):
            stage(archives["zip"], disk / "data")
        with pytest.raises(StageError, match="is a mount point"):
            stage(archives["zip"], disk)


def test_pack(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "drive" / "my data"
    shutil.copytree(folder, source, symlinks=True)
    stage(source, tmp_path / "first", pack=True)
    archive = tmp_path / "drive" / "my data.tar"
    assert archive.exists() and len(list(archive.parent.iterdir())) == 2
    capsys.readouterr()
    stage(source, tmp_path / "first", pack=True)
    assert "is already staged" in capsys.readouterr().out
    shutil.rmtree(source / "class 1")  # proves that the pack is what is read now
    stage(source, tmp_path / "second", pack=True)
    assert f"Using {archive}" in capsys.readouterr().out
    assert content(tmp_path / "first") == content(tmp_path / "second") == content(folder)


def test_an_interrupted_pack_leaves_nothing_in_drive(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    source = tmp_path / "drive" / "my data"
    shutil.copytree(folder, source, symlinks=True)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("runtime_kit.staging.pack._add", stopped)
        stage(source, tmp_path / "data", pack=True)
    assert list(source.parent.iterdir()) == [source]
    stage(source, tmp_path / "data", pack=True)
    assert (source.parent / "my data.tar").exists()


def test_pack_beside_a_source_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    from mounts import remount

    with small_disk(tmp_path / "disk", "20m") as disk:
        shutil.copytree(folder, disk / "data", symlinks=True)
        remount(disk, "ro")
        with pytest.warns(UserWarning, match="was not written .*Read-only"):
            stage(disk / "data", tmp_path / "data", pack=True)
        assert content(tmp_path / "data") == content(folder)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="No such file"):
        stage(tmp_path / "none.zip", tmp_path / "data")
