"""The Stage a dataset cell: names in archives, and content that is not what the name says."""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from shared_kernel import Notebook

Open = Callable[..., Notebook]


def zip_of(path: Path, names: dict[bytes, bytes]) -> Path:
    """A zip whose names are these bytes without the flag for UTF-8, as many tools write them."""
    data, directory, count = io.BytesIO(), b"", 0
    for name, content in names.items():
        offset = data.tell()
        crc = zipfile.crc32(content)  # type: ignore[attr-defined]
        rest = struct.pack("<HHHIIIHH", 0, 0, 0, crc, len(content), len(content), len(name), 0)
        data.write(struct.pack("<IHH", 0x04034B50, 20, 0) + rest + name + content)
        directory += struct.pack("<IHHH", 0x02014B50, 20, 20, 0) + rest
        directory += struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
        count += 1
    start = data.tell()
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), start, 0)
    path.write_bytes(data.getvalue() + directory + end)
    return path


def staged(book: Notebook, source: Path, **values: str) -> tuple[list[str], str]:
    """The files that are there then, and what was printed."""
    target = source.parent / "data"
    said = book.insert("stage-dataset", STAGE_SOURCE=str(source), STAGE_TO=str(target), **values)
    found = [str(p.relative_to(target)) for p in sorted(target.rglob("*")) if not p.is_dir()]
    return found, said


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("utf-8", ["데이터/학습 1.csv", "é.txt"]),
        ("cp949", ["데이터/학습 1.csv", "시험 자료.csv"]),
        ("shift_jis", ["データ/表.csv", "ひらがな.txt"]),
        ("shift_jis", ["資料/予定表.csv", "ソース/構造.txt"]),  # 0x5C in letters, like Russian ones
        ("cp866", ["ОТЧЁТ.TXT", "Итоги/2-й.csv"]),
        ("cp437", ["café.txt", "naïve.txt"]),
        ("gb18030", ["训练数据/测试.csv", "中文说明.txt"]),
        ("big5", ["功課.txt", "訓練資料.csv"]),
        ("cp866", ["данные/обучение.csv", "проверка.txt"]),
    ],
)
def test_names_of_other_encodings(
    notebook: Open, tmp_path: Path, encoding: str, names: list[str]
) -> None:
    source = zip_of(tmp_path / "a.zip", {name.encode(encoding): b"x" for name in names})
    found, said = staged(notebook(), source)
    assert found == sorted(names)
    assert (f"read as {encoding}" in said) == (encoding != "utf-8")
    assert ("STAGE_ENCODING" in said) == (encoding != "utf-8")


def test_an_encoding_that_is_set(notebook: Open, tmp_path: Path) -> None:
    source = zip_of(tmp_path / "a.zip", {"ß.csv".encode("cp850"): b"x"})
    assert staged(notebook(), source, STAGE_ENCODING="cp850")[0] == ["ß.csv"]


def test_backslashes_and_long_names(notebook: Open, tmp_path: Path) -> None:
    long = "가" * 60 + ".csv"
    source = zip_of(
        tmp_path / "a.zip", {b"train\\1.csv": b"x", (long[:-4] * 2 + ".csv").encode(): b"y"}
    )
    found, said = staged(notebook(), source)
    assert "train/1.csv" in found and "too long" in said
    [other] = [name for name in found if name != "train/1.csv"]
    assert other.startswith("가" * 60) and other.endswith(".csv") and len(other.encode()) <= 255


def test_a_file_behind_a_link_of_its_name(notebook: Open, tmp_path: Path) -> None:
    """As `tar -r` appends it: the later member counts, and is not written through the link."""
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name in ("a", "b/c"):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, "other"
            archive.addfile(link)
            file = tarfile.TarInfo(name)
            file.size = 5
            archive.addfile(file, io.BytesIO(b"later"))
    assert staged(notebook(), tmp_path / "a.tar")[0] == ["a", "b/c"]
    assert not (tmp_path / "data" / "a").is_symlink()
    assert (tmp_path / "data" / "b" / "c").read_text() == "later"


def test_links_and_programs_of_a_zip(notebook: Open, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, mode, text in [
            ("run.sh", stat.S_IFREG | 0o755, "#!/bin/sh"),
            ("b/link", stat.S_IFLNK | 0o777, "../run.sh"),
            ("out", stat.S_IFLNK | 0o777, "/etc/passwd"),
        ]:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, text)
    staged(notebook(), tmp_path / "a.zip")
    assert os.access(tmp_path / "data" / "run.sh", os.X_OK)
    assert (tmp_path / "data" / "b" / "link").readlink() == Path("../run.sh")
    assert not (tmp_path / "data" / "out").is_symlink()


def test_content_counts_and_not_the_name(notebook: Open, tmp_path: Path) -> None:
    book = notebook()
    with zipfile.ZipFile(tmp_path / "checkpoint.pth.tar", "w") as archive:
        archive.writestr("archive/data.pkl", b"pickled")
    assert staged(book, tmp_path / "checkpoint.pth.tar")[0] == ["checkpoint.pth.tar"]
    (tmp_path / "data").rename(tmp_path / "first")
    with tarfile.open(tmp_path / "plain.tar.gz", "w:") as plain:
        plain.addfile(tarfile.TarInfo("a.txt"))
    assert staged(book, tmp_path / "plain.tar.gz")[0] == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.zip", b"7z\xbc\xaf\x27\x1c", "7z archives"),
        ("a.zip.001", b"PK", "not read here"),
        ("a.z01", b"PK", "not read here"),
        ("a.rar", b"Rar!", "not read here"),
        ("a.tar.zst", b"\x28\xb5\x2f\xfd", "Zstandard archives"),
        ("a.tar.lz4", b"\x04\x22\x4d\x18", "not read here"),
        ("a.zip", b"", "damaged, incomplete"),
    ],
)
def test_what_is_refused(
    notebook: Open, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    values = {"STAGE_SOURCE": str(tmp_path / name), "STAGE_TO": str(tmp_path / "data")}
    assert why in notebook().fail("stage-dataset", **values)
    assert not (tmp_path / "data").exists()


def test_a_copy_that_arrived_wrong_is_not_kept(notebook: Open, tmp_path: Path) -> None:
    book = notebook()
    source = zip_of(tmp_path / "a.zip", {b"a.txt": b"whole"})
    good = source.read_bytes()
    source.write_bytes(good.replace(b"whole", b"wrong"))
    times = source.stat().st_atime, source.stat().st_mtime
    values = {"STAGE_SOURCE": str(source), "STAGE_TO": str(tmp_path / "data")}
    assert "damaged" in book.fail("stage-dataset", **values)
    assert not (tmp_path / ".data.staging").exists()
    source.write_bytes(good)
    os.utime(source, times)  # the same stamp
    assert staged(book, source)[0] == ["a.txt"]


def test_default_folders_differ(notebook: Open, tmp_path: Path) -> None:
    book = notebook()
    folders = []
    for name in ("v1.0-trainval01.tgz", "v1.0-trainval02.tgz"):
        with tarfile.open(tmp_path / name, "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("a.txt"))
        book.insert("stage-dataset", STAGE_SOURCE=str(tmp_path / name))
        folders.append(book.kernel.value("DATA.name"))
    assert folders == ["'v1.0-trainval01'", "'v1.0-trainval02'"]
