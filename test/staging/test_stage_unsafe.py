"""Archives made to write elsewhere, or to fill the disk, and damaged ones."""

from __future__ import annotations

import gzip
import os
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from archives import content, make_archive, make_folder, member, needs, tar_of, zip_of
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime_kit import stage
from runtime_kit.staging import DamagedArchiveError, StageError, UnsafeArchiveError
from runtime_kit.staging.archives.names import link_stays_inside, member_parts

FILE, LINK = stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777
SLIPS = ["../out", "a/../../out", "/tmp/out", "a/../b", "..\\out", "\\out", "C:\\out", "C:/out"]

WRONG: dict[str, Callable[[Path], Path]] = {
    "link out": lambda p: zip_of(p, ("l", b"../..", LINK)),
    "absolute link": lambda p: zip_of(p, ("l", b"/etc", LINK)),
    "through links": lambda p: zip_of(
        p, ("s/f", b"", FILE), ("s/up", b"..", LINK), ("l", b"s/up/../x", LINK)
    ),
    "tar link out": lambda p: tar_of(p, member("d/l", tarfile.SYMTYPE, "../../x")),
    "tar hard link out": lambda p: tar_of(p, member("l", tarfile.LNKTYPE, "../x")),
    "tar absolute hard link": lambda p: tar_of(p, member("l", tarfile.LNKTYPE, "/etc/passwd")),
    "tar write through a link": lambda p: tar_of(
        p, member("l", tarfile.SYMTYPE, ".."), member("l/out")
    ),
    "tar replace a file behind links": lambda p: tar_of(  # the archive itself
        p,
        member("p/q/top", tarfile.SYMTYPE, "../.."),
        member("p/q/top/out", tarfile.SYMTYPE, "../../.."),
        member("p/q/top/out/a.tar", tarfile.SYMTYPE, "f"),
    ),
    "device": lambda p: tar_of(p, member("null", tarfile.CHRTYPE)),
    "pipe": lambda p: tar_of(p, member("pipe", tarfile.FIFOTYPE)),
}
WRONG.update({f"zip {n}": lambda p, n=n: zip_of(p, (n, b"x", FILE)) for n in SLIPS})
WRONG.update({f"tar {n}": lambda p, n=n: tar_of(p, member(n)) for n in SLIPS})


def refused(make: Callable[[Path], Path], tmp_path: Path, name: str, **options: object) -> str:
    """Staged one folder down, so that what climbs out would be seen beside it."""
    archive = make(tmp_path / name)
    inside = tmp_path / "inside"
    inside.mkdir()
    before = content(tmp_path)
    with pytest.raises(UnsafeArchiveError) as info:
        stage(archive, inside / "data", **options)  # type: ignore[arg-type]
    after = {k: v for k, v in content(tmp_path).items() if not k.startswith("inside/.data.sta")}
    assert after == before
    return str(info.value)


@pytest.mark.parametrize("what", WRONG)
def test_nothing_leaves_the_folder(tmp_path: Path, what: str) -> None:
    name = "a.zip" if what.startswith("zip") or "tar" not in what else "a.tar"
    name = "a.tar" if what in ("device", "pipe") else name
    refused(WRONG[what], tmp_path, name)
    assert not os.path.lexists("/tmp/out")


def test_links_that_stay_inside(tmp_path: Path) -> None:
    archive = tar_of(
        tmp_path / "a.tar",
        member("d/f"),
        member("d/up", tarfile.SYMTYPE, "../d/./f"),
        member("hard", tarfile.LNKTYPE, "d/f"),
        member("to nothing", tarfile.SYMTYPE, "d/none"),
    )
    folder = stage(archive, tmp_path / "data")
    assert (folder / "d/up").read_bytes() == b"x"
    assert (folder / "hard").samefile(folder / "d/f")
    assert os.readlink(folder / "to nothing") == "d/none"


def test_bombs(tmp_path: Path) -> None:
    zeros = bytes(5 << 20)
    make = lambda p: zip_of(p, ("a", zeros, FILE), ("b", zeros, FILE))  # noqa: E731
    assert "limit=" in refused(make, tmp_path, "a.zip", limit=9 << 20)
    assert len(content(stage(tmp_path / "a.zip", tmp_path / "ok", limit=11 << 20))) == 2


def test_a_compressed_tar_that_grows(tmp_path: Path) -> None:
    archive = tmp_path / "a.tar.gz"
    (tmp_path / "zeros").write_bytes(bytes(5 << 20))
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "zeros", "zeros")
    with pytest.raises(UnsafeArchiveError, match="limit="):
        stage(archive, tmp_path / "data", limit=4 << 20)
    stage(archive, tmp_path / "data", limit=6 << 20)


def test_a_zip_that_lies_about_sizes(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", ("a", bytes(5 << 20), FILE))
    data = archive.read_bytes()
    place = data.rindex(b"PK\x01\x02")
    archive.write_bytes(data[: place + 24] + (1000).to_bytes(4, "little") + data[place + 28 :])
    with pytest.raises(DamagedArchiveError):
        stage(archive, tmp_path / "data")
    most = max((p.stat().st_size for p in tmp_path.rglob("*") if p != archive), default=0)
    assert most < 5 << 20


def test_overlapping_members(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", ("a", b"x" * 50, FILE), ("b", b"x" * 50, FILE))
    data = archive.read_bytes()
    second = data.rindex(b"PK\x01\x02")
    archive.write_bytes(data[: second + 42] + bytes(4) + data[second + 46 :])
    with pytest.raises(UnsafeArchiveError, match="overlap"):
        stage(archive, tmp_path / "data")


def test_a_header_that_fills_the_memory(tmp_path: Path) -> None:
    info = member("x", tarfile.XHDTYPE)
    info.size = 1 << 40
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 16))
    with pytest.raises(UnsafeArchiveError, match="header"):
        stage(tmp_path / "a.tar", tmp_path / "data")


def test_an_encrypted_zip(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", ("a", b"x", FILE))
    data = bytearray(archive.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(data)
    with pytest.raises(StageError, match="encrypted"):
        stage(archive, tmp_path / "data")


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.zst"])
def test_damage_is_found(tmp_path: Path, kind: str) -> None:
    """Cut short anywhere, or one bit flipped in the data: never a folder that looks complete."""
    if reason := needs("zip") or needs("zstd"):
        pytest.skip(reason)
    archive = make_archive(make_folder(tmp_path / "s", count=4), kind)
    good = archive.read_bytes()
    dice = random.Random(7)
    for number in range(4):
        archive.write_bytes(good[: dice.randrange(len(good) * number // 4, len(good))])
        with pytest.raises(DamagedArchiveError):
            stage(archive, tmp_path / "data")
    # In the middle lies the large file's part that does not compress.
    for _ in range(2):
        wrong = bytearray(good)
        wrong[dice.randrange(len(good) // 3, len(good) // 2)] ^= 1 << dice.randrange(8)
        archive.write_bytes(wrong)
        with pytest.raises(DamagedArchiveError):
            stage(archive, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    archive.write_bytes(good)
    assert content(stage(archive, tmp_path / "data")).keys() == content(tmp_path / "s").keys()


TARS: dict[str, Callable[[bytes], bytes]] = {
    "cut in a header": lambda tar: tar[:1100],
    "cut before a header": lambda tar: tar[:1024],
    "damaged header": lambda tar: tar[:1030] + b"?" + tar[1031:],
    "gz, cut in a header": lambda tar: gzip.compress(tar[:1100]),
    "gz, data that ends early": lambda tar: gzip.compress(tar, 0)[:1100],
    "gz, damaged data": lambda tar: gzip.compress(tar, 0).replace(b"data", b"dada", 1),
}


@pytest.mark.parametrize("what", TARS)
def test_damage_that_tarfile_takes_for_the_end(tmp_path: Path, what: str) -> None:
    """Headers are most of a tar of small files."""
    good = tar_of(tmp_path / "a", *(member(name) for name in "abc"), data=b"data").read_bytes()
    archive = tmp_path / ("a.tar.gz" if "gz" in what else "a.tar")
    archive.write_bytes(TARS[what](good))
    with pytest.raises(DamagedArchiveError):
        stage(archive, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_not_an_archive(tmp_path: Path) -> None:
    for name in ("a.zip", "a.tar", "a.tar.gz"):
        (tmp_path / name).write_bytes(b"<html>Google Drive - Virus scan warning</html>" * 50)
        with pytest.raises(DamagedArchiveError):
            stage(tmp_path / name, tmp_path / "data")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    assert not list(stage(tmp_path / "empty.zip", tmp_path / "none").iterdir())


PIECES = st.sampled_from(["..", ".", "", "a", "C:", "\\", "..\\", "b c", "\0", "/", "한", ".. "])
NAMES = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=8).map("/".join))


@settings(max_examples=400, deadline=None)
@given(name=NAMES, windows=st.booleans())
def test_member_paths_never_leave(name: str, windows: bool) -> None:
    import ntpath
    import posixpath

    flavour = ntpath if windows else posixpath
    top = "C:\\data" if windows else "/data"
    try:
        parts = member_parts(name, windows)
    except UnsafeArchiveError:
        return
    path = flavour.normpath(flavour.join(top, *parts))
    assert path == top or path.startswith(top + flavour.sep)
    assert all(part not in ("", ".", "..") and "\0" not in part for part in parts)


@settings(max_examples=400, deadline=None)
@given(parts=st.lists(st.sampled_from("abc"), min_size=1, max_size=3), target=NAMES)
def test_link_targets_never_leave(parts: list[str], target: str) -> None:
    import posixpath

    if link_stays_inside(tuple(parts), target):
        path = posixpath.normpath(posixpath.join("/data", *parts[:-1], target))
        assert path == "/data" or path.startswith("/data/")


@settings(max_examples=60, deadline=None)
@given(names=st.lists(NAMES.filter(lambda n: n and "\0" not in n), min_size=1, max_size=4))
def test_whole_archives_never_leave(
    names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Staged for real: whatever the names, nothing appears beside the target."""
    folder = tmp_path_factory.mktemp("any")
    try:
        zip_of(folder / "a.zip", *((name, b"x", FILE) for name in names))
        stage(folder / "a.zip", folder / "in" / "data", progress=False)
    except (StageError, UnicodeEncodeError):
        pass
    if (folder / "in").exists():
        assert {p.name for p in (folder / "in").iterdir()} <= {
            "data",
            ".data.staging",
            ".data.staged.json",
        }
    assert {p.name for p in folder.iterdir()} <= {"a.zip", "in"}
