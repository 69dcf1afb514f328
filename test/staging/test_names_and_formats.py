"""Names of archives in all encodings, and files whose content is another than their name says."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from runtime_kit import stage
from runtime_kit.staging import StageError
from runtime_kit.staging.archives.name_encoding import guess_encoding

NAMES = {
    "cp949": ["데이터/훈련.csv", "강아지/사진1.jpg", "나의 논문 최종.docx"],
    "gbk": ["数据/训练.csv", "图片.jpg", "新建文件夹/模型权重.bin"],
    "cp932": ["表.csv", "ソース.txt", "画像/猫.jpg", "能力.txt"],
    "cp950": ["功課.txt", "資料/訓練.csv", "台灣.txt"],
    "cp866": ["Отчет.txt", "данные/обучение.csv", "Новая папка/фото 1.jpg"],
    "cp437": ["café.txt", "señor/über.txt"],
}


def raw_zip(path: Path, names: list[bytes], *, made: int = 0, flags: int = 0) -> Path:
    """A zip whose names are exactly these bytes, as tools on Windows write them."""
    body, directory = b"", b""
    for name in names:
        data = b"" if name.endswith((b"/", b"\\")) else b"bytes of " + name
        crc = zlib.crc32(data)
        local = struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, flags, 0, 0, 0x21, crc, len(data), len(data),
            len(name), 0,
        )  # fmt: skip
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", made << 8 | 20, 20, flags, 0, 0, 0x21, crc, len(data),
            len(data), len(name), 0, 0, 0, 0, 0, len(body),
        ) + name  # fmt: skip
        body += local + name + data
    count = len(names)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    path.write_bytes(body + directory + end)
    return path


def staged(path: Path, **options: object) -> list[str]:
    folder = stage(path, path.parent / "out", progress=False, **options)  # type: ignore[arg-type]
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("encoding", NAMES)
def test_names_of_a_zip_without_the_flag(
    tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names = NAMES[encoding]
    path = raw_zip(tmp_path / "a.zip", [name.encode(encoding) for name in names])
    assert staged(path) == sorted(names)
    assert f"names in a.zip are read as {encoding}. Pass encoding=" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", NAMES)
def test_names_of_a_tar(tmp_path: Path, encoding: str) -> None:
    names = NAMES[encoding]
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.GNU_FORMAT, encoding=encoding) as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name.encode())
            tar.addfile(member, io.BytesIO(name.encode()))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, names[0]
        tar.addfile(link)
    folder = stage(tmp_path / "a.tar", tmp_path / "out", progress=False)
    for name in [*names]:
        assert (folder / name).read_text() == name
    assert (folder / "link").read_text() == names[0]


def test_utf8_without_the_flag_and_beside_another_encoding(tmp_path: Path) -> None:
    names = ["사진/고양이.jpg".encode("cp949"), "설명/readme.txt".encode()]
    path = raw_zip(tmp_path / "a.zip", names, made=3)
    assert staged(path) == ["사진/고양이.jpg", "설명/readme.txt"]


def test_the_encoding_can_be_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = raw_zip(tmp_path / "a.zip", ["뷁.txt".encode("cp949")])
    assert staged(path, encoding="cp949") == ["뷁.txt"]
    assert "are read as" not in capsys.readouterr().out
    with pytest.raises(StageError, match="no-such-encoding"):
        stage(path, tmp_path / "other", encoding="no-such-encoding", progress=False)


@pytest.mark.parametrize("made", [0, 10, 11, 14])
def test_backslashes_of_windows_part_folders(tmp_path: Path, made: int) -> None:
    names = [b"folder\\sub\\", b"folder\\sub\\file.ext", b"top/sub\\file.ext"]
    path = raw_zip(tmp_path / "a.zip", names, made=made)
    assert staged(path) == ["folder/sub/file.ext", "top/sub/file.ext"]


def test_a_name_that_grows_too_long_is_shortened_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = ["가나다라마바사" * 15 + end for end in ("일.txt", "이.txt")]
    path = raw_zip(tmp_path / "a.zip", [name.encode("cp949") for name in long])
    found = staged(path)
    assert len(found) == 2
    assert all(len(os.fsencode(name)) <= 255 and name.endswith(".txt") for name in found)
    assert "2 names in a.zip are too long" in capsys.readouterr().out


def test_a_guess_needs_few_letters() -> None:
    assert guess_encoding(["사진".encode("cp949")]) == "cp949"
    assert guess_encoding(["測試".encode("cp950")]) == "cp950"


def a_tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        member = tarfile.TarInfo("x.txt")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    return buffer.getvalue()


def a_zip(method: int = zipfile.ZIP_DEFLATED, data: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr("x.txt", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.tar.gz", a_tar()),
        ("gzip.tar", gzip.compress(a_tar())),
        ("xz.tgz", lzma.compress(a_tar())),
        ("zip.tar", a_zip()),
        ("tar.zip", a_tar()),
        ("a.tbz", bz2.compress(a_tar())),
        ("a.tb2", bz2.compress(a_tar())),
        ("a.TBZ", bz2.compress(a_tar())),
        ("a.tar.lzma", lzma.compress(a_tar(), lzma.FORMAT_ALONE)),
        ("lzma.zip", a_zip(zipfile.ZIP_LZMA)),
    ],
)
def test_content_counts_more_than_the_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert staged(tmp_path / name) == ["x.txt"]


@pytest.mark.parametrize("size", [0, 1, 3_000_000])
def test_lzma_zips_of_all_sizes(tmp_path: Path, size: int) -> None:
    data = bytes(range(251)) * (size // 251 + 1)
    (tmp_path / "a.zip").write_bytes(a_zip(zipfile.ZIP_LZMA, data[:size]))
    folder = stage(tmp_path / "a.zip", tmp_path / "out", progress=False)
    assert (folder / "x.txt").read_bytes() == data[:size]


@pytest.mark.parametrize("content", [a_zip(), b"\x80\x02}q\x00.", gzip.compress(b"pickle")])
@pytest.mark.parametrize("name", ["checkpoint.pth.tar", "model.pt.zip", "best.ckpt.tar"])
def test_a_checkpoint_is_copied_as_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    folder = stage(tmp_path / name, tmp_path / "out", progress=False)
    assert (folder / name).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.rar", b"Rar!\x1a\x07\x00rest"),
        ("a.zip", b"Rar!\x1a\x07\x00rest"),
        ("a.tar.lz4", b"\x04\x22\x4d\x18rest"),
        ("a.tgz", b"\x04\x22\x4d\x18rest"),
        ("a.zip.001", b"PK\x03\x04"),
        ("a.z01", b"rest"),
        ("a.tar.Z", b"\x1f\x9drest"),
        ("a.cpio", b"070701"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StageError, match=name):
        stage(tmp_path / name, tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_the_later_member_counts(tmp_path: Path) -> None:
    """`a` is a link first and a file later; `b` the other way round."""
    with tarfile.open(tmp_path / "a.tar", "w") as tar:

        def add(name: str, link: str = "") -> None:
            member = tarfile.TarInfo(name)
            if link:
                member.type, member.linkname = tarfile.SYMTYPE, link
                tar.addfile(member)
            else:
                member.size = len(name)
                tar.addfile(member, io.BytesIO(name.encode()))

        add("a", link="b")
        add("b")
        add("a")
        add("c")
        add("c", link="b")
    folder = stage(tmp_path / "a.tar", tmp_path / "out", progress=False)
    assert not (folder / "a").is_symlink()
    assert (folder / "a").read_text() == "a"
    assert (folder / "b").read_text() == "b"
    assert (folder / "c").is_symlink()


def test_a_google_document_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import builtins
    import errno

    source = tmp_path / "folder"
    source.mkdir()
    (source / "data.csv").write_text("1,2")
    (source / "notes.gdoc").write_text("")
    really = builtins.open

    def refuses(path: object, *args: object, **options: object) -> object:
        if str(path).startswith(str(source)) and str(path).endswith(".gdoc"):
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")
        return really(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(builtins, "open", refuses)
    folder = stage(source, tmp_path / "out", progress=False)
    assert os.listdir(folder) == ["data.csv"]
    assert "1 files have no bytes to copy" in capsys.readouterr().out
