"""Archives of the program 7z, good ones and wrong ones; it has to be installed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from archives import content, make_folder, member, tar_of
from remotes import Mount, Server

from runtime_kit import stage
from runtime_kit.staging import (
    DamagedArchiveError,
    SourceGoneError,
    StageError,
    UnsafeArchiveError,
)
from runtime_kit.staging.archives.seven_zip import TOOLS

TOOL = next((found for name in TOOLS if (found := shutil.which(name))), "")
pytestmark = pytest.mark.skipif(not TOOL, reason="7z is not installed")


def packed(folder: Path, *words: str) -> Path:
    """All that is in a folder, links as links."""
    archive = folder.with_name(f"{folder.name}.7z")
    archive.unlink(missing_ok=True)
    command = [TOOL, "a", "-bd", "-snl", *words, str(archive), "."]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return archive


def renamed(archive: Path, *names: str) -> Path:
    command = [TOOL, "rn", "-bd", str(archive), *names]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return archive


def with_file(folder: Path) -> Path:
    folder.mkdir()
    (folder / "f").write_text("x")
    return folder


def with_link(folder: Path, target: str) -> Path:
    (with_file(folder) / "l").symlink_to(target)
    return folder


def test_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_folder(tmp_path / "my data")
    (folder / "loose").write_text("all may write")
    (folder / "loose").chmod(0o4777)
    archive = packed(folder)
    before = content(tmp_path)
    target = stage(archive, tmp_path / "data")
    expected = content(folder)
    got = content(target)
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        # 7z keeps the bytes, the mode and where links lead; times to a hundred nanoseconds.
        assert got[name] == value or got[name][:2] == value[:2], name  # type: ignore[index]
    assert (target / "loose").stat().st_mode & 0o7777 == 0o755
    assert "Staged" in capsys.readouterr().out
    stage(archive, tmp_path / "data")
    assert "is already staged" in capsys.readouterr().out
    after = {k: v for k, v in content(tmp_path).items() if k.split("/")[0] not in ("data",)}
    assert {k: v for k, v in after.items() if k != ".data.staged.json"} == before


WRONG: dict[str, Callable[[Path], Path]] = {
    "link out": lambda p: packed(with_link(p, "../..")),
    "absolute link": lambda p: packed(with_link(p, "/etc")),
    "file behind a link": lambda p: renamed(packed(with_link(p, "..")), "f", "l/out"),
    "file behind a link that stays": lambda p: renamed(packed(with_link(p, ".")), "f", "l/out"),
}
for _name in ("../out", "a/../../out", "/tmp/out", "C:/out", "..\\out"):
    WRONG[_name] = lambda p, name=_name: renamed(packed(with_file(p)), "f", name)  # type: ignore[misc]


@pytest.mark.parametrize("what", WRONG)
def test_nothing_leaves_the_folder(tmp_path: Path, what: str) -> None:
    archive = WRONG[what](tmp_path / "source")
    inside = tmp_path / "inside"
    inside.mkdir()
    before = content(tmp_path)
    with pytest.raises(UnsafeArchiveError):
        stage(archive, inside / "data")
    after = {k: v for k, v in content(tmp_path).items() if not k.startswith("inside/.data.sta")}
    assert after == before
    assert not os.path.lexists("/tmp/out")


def test_links_that_stay_inside(tmp_path: Path) -> None:
    folder = stage(packed(with_link(tmp_path / "s", "f")), tmp_path / "data")
    assert os.readlink(folder / "l") == "f" and (folder / "l").read_text() == "x"


def test_another_kind_of_archive_under_the_name(tmp_path: Path) -> None:
    """It is read as what it is, not by 7z, which would unpack it too: a tar may hold anything."""
    assert (stage(tar_of(tmp_path / "a.7z", member("f")), tmp_path / "data") / "f").is_file()
    with pytest.raises(UnsafeArchiveError):
        stage(tar_of(tmp_path / "b.7z", member("../f")), tmp_path / "other")


@pytest.mark.parametrize("words", [["-psecret"], ["-psecret", "-mhe=on"]])
def test_encrypted(tmp_path: Path, words: list[str]) -> None:
    archive = packed(with_file(tmp_path / "s"), *words)
    with pytest.raises(StageError, match="encrypted: unpack it with `7z x`"):
        stage(archive, tmp_path / "data")


def test_a_bomb(tmp_path: Path) -> None:
    folder = with_file(tmp_path / "s")
    (folder / "zeros").write_bytes(bytes(5 << 20))
    archive = packed(folder)
    with pytest.raises(UnsafeArchiveError, match="limit="):
        stage(archive, tmp_path / "data", limit=4 << 20)
    assert (stage(archive, tmp_path / "data", limit=6 << 20) / "zeros").stat().st_size == 5 << 20


def test_damage_is_found(tmp_path: Path) -> None:
    folder = with_file(tmp_path / "s")
    (folder / "noise").write_bytes(random.Random(2).randbytes(200_000))
    archive = packed(folder)
    good = archive.read_bytes()
    for data in (good[:-1000], good[:1000], good[:50_000] + b"?" + good[50_001:], b"no archive"):
        archive.write_bytes(data)
        with pytest.raises(DamagedArchiveError):
            stage(archive, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    archive.write_bytes(good)
    assert stage(archive, tmp_path / "data").is_dir()  # what a failure left is no obstacle


def test_a_mount_that_hangs(tmp_path: Path) -> None:
    folder = with_file(tmp_path / "web")
    (folder / "noise").write_bytes(random.Random(2).randbytes(3_000_000))
    packed(folder).rename(folder / "a.7z")
    with Server(folder) as server, Mount(server, tmp_path / "m") as mount:
        assert (mount.point / "a.7z").stat().st_size
        server.send(signal.SIGSTOP)
        with pytest.raises(SourceGoneError, match="(within|for) 2 s"):
            stage(mount.point / "a.7z", tmp_path / "data", timeout=2)
        server.send(signal.SIGCONT)
        # 7z that was ended may still hold the mount for a moment.
        assert (stage(mount.point / "a.7z", tmp_path / "data") / "noise").exists()
