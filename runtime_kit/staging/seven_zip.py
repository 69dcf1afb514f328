"""Unpacks a .7z with the program for it: looked at before, checked after."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from .errors import DamagedArchiveError, StageError, UnsafeArchiveError
from .names import member_parts
from .progress import Bar
from .space import default_limit, need_space
from .tree import Tree

TOOLS = ("7z", "7zz", "7za", "7zr")


def unpack_7z(
    source: Path, size: int, folder: Path, tree: Tree, limit: int | None, bar: Bar
) -> None:
    """Unpack into the tree. The program cannot go on in the middle, so this starts anew each time.

    :raises StageError: with the reason.
    """
    tool = next((found for name in TOOLS if (found := shutil.which(name))), None)
    if tool is None:
        raise StageError(
            "unpacking .7z needs the program 7z (`apt install 7zip` or `p7zip-full`, "
            "`conda install p7zip`)"
        )
    most = limit if limit is not None else default_limit(size)
    listed = subprocess.run(
        [tool, "l", "-slt", "-ba", "-p-", "--", str(source)], capture_output=True, text=True
    )
    if listed.returncode:
        raise DamagedArchiveError(f"{source} is damaged: {_said(listed.stdout, listed.stderr)}")
    total = 0
    for line in listed.stdout.splitlines():
        key, _, value = line.partition(" = ")
        if key == "Path":
            member_parts(value)
        elif key == "Size" and value.isdigit():
            total += int(value)
    if total > most:
        raise UnsafeArchiveError(
            f"the archive unpacks to {total / 1e9:.1f} GB, more than {most / 1e9:.1f} GB, which is "
            "unlikely to be meant: pass limit=BYTES if it is"
        )
    shutil.rmtree(tree.top)
    os.mkdir(tree.top)
    need_space(folder, total, f"unpacking {source}")
    program = subprocess.Popen(
        [tool, "x", "-y", "-bd", "-p-", f"-o{tree.top}", "--", str(source)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while True:
            try:
                _, said = program.communicate(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                bar.to(min(_size(tree.top) * size // max(total, 1), size))
    finally:
        program.kill()
        program.wait()
    if program.returncode:
        raise DamagedArchiveError(f"{source} cannot be unpacked: {_said('', said)}")
    _check(tree)


def _check(tree: Tree) -> None:
    """Links that leave the tree, and what is neither file, folder nor link."""
    top = os.path.realpath(tree.top)
    for folder, folders, names in os.walk(top):
        for name in (*folders, *names):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            real = os.path.realpath(path)
            known = (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK)
            if not real.startswith(top + os.sep) or not any(
                is_it(status.st_mode) for is_it in known
            ):
                raise UnsafeArchiveError(
                    f"the archive holds a link that leaves its folder, or a device: {name!r}"
                )
            if stat.S_ISREG(status.st_mode):
                tree.files += 1
                tree.bytes += status.st_size


def _size(top: str) -> int:
    total = 0
    for folder, _, names in os.walk(top):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return total


def _said(*texts: str) -> str:
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    return " ".join(lines[-3:])[-300:]
