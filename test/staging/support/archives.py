"""Makes folders and the archives of them, good ones and wrong ones, with the tools people use."""

from __future__ import annotations

import io
import os
import random
import shutil
import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

LONG = "가" * 84 + ".jp"  # 255 bytes
FORMATS = ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst"]


def make_folder(top: Path, count: int = 40, size: int = 3000) -> Path:
    """Files that compress and files that do not, names of many kinds, a link, an empty folder."""
    dice = random.Random(5)
    for number in range(count):
        folder = top / f"class {number % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        half = dice.randrange(size)
        (folder / f"{number}.bin").write_bytes(dice.randbytes(half) + bytes(size - half))
    (top / "empty").mkdir()
    (top / "no bytes").write_bytes(b"")
    (top / "한국어 이름.txt").write_text("한국어")
    (top / "数据 集").mkdir()
    (top / "数据 集" / "训练.txt").write_text("中文")
    (top / LONG).write_text("long")
    # Larger than what a worker gets in one piece.
    (top / "large.bin").write_bytes(dice.randbytes(3 << 20) + bytes(3 << 20))
    (top / "run.sh").write_text("#!/bin/sh\n")
    (top / "run.sh").chmod(0o755)
    (top / "link").symlink_to("class 0/0.bin")
    return top


def make_archive(folder: Path, kind: str) -> Path:
    """An archive of the folder's content, by `zip` or `tar`."""
    archive = folder.with_name(f"{folder.name}.{kind}")
    if kind == "zip":
        subprocess.run(["zip", "-qry", str(archive), "."], cwd=folder, check=True)
    elif kind == "tar.zst":
        with_zstd = ["tar", "--zstd", "-cf", str(archive), "."]
        subprocess.run(with_zstd, cwd=folder, check=True)
    else:
        subprocess.run(["tar", "-caf", str(archive), "."], cwd=folder, check=True)
    return archive


def needs(tool: str) -> str:
    """The reason to skip; empty where the tool is there."""
    return "" if shutil.which(tool) else f"{tool} is not installed"


def content(top: Path) -> dict[str, object]:
    """Everything below a folder: bytes and mode of files, where links lead, None for folders."""
    found: dict[str, object] = {}
    for folder, folders, names in os.walk(top):
        for name in (*folders, *names):
            path = Path(folder, name)
            status = path.lstat()
            key = str(path.relative_to(top))
            if stat.S_ISLNK(status.st_mode):
                found[key] = os.readlink(path)
            elif stat.S_ISDIR(status.st_mode):
                found[key] = None
            else:
                executable = bool(status.st_mode & 0o100)
                found[key] = (path.read_bytes(), executable, int(status.st_mtime))
    return found


def tar_of(path: Path, *members: tarfile.TarInfo, data: bytes = b"x") -> Path:
    """A tar with these members; regular ones hold ``data``."""
    with tarfile.open(path, "w") as tar:
        for member in members:
            if member.isreg():
                member.size = len(data)
            tar.addfile(member, io.BytesIO(data) if member.isreg() else None)
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, 0o644
    return info


def zip_of(path: Path, *members: tuple[str, bytes, int]) -> Path:
    """A zip with these members: name, bytes, Unix mode with its kind of file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in members:
            info = zipfile.ZipInfo("placeholder")
            info.filename = name  # the constructor would make some names harmless
            info.create_system = 3
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path
