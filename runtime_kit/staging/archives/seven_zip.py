"""Unpacks a .7z with the program for it: looked at before, checked after."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from pathlib import Path

from runtime_kit._os.progress import Bar
from runtime_kit.staging.errors import StageError, UnsafeArchiveError
from runtime_kit.staging.space import default_limit, need_space

from .attributes import permissions
from .seven_zip_listing import COMMON, end, gone, listed, refused, survey
from .tree import Tree

TOOLS = ("7z", "7zz", "7za", "7zr")
PAUSE = 0.5


def unpack_7z(
    source: Path,
    size: int,
    folder: Path,
    tree: Tree,
    limit: int | None,
    bar: Bar,
    timeout: float,
) -> None:
    """Unpack into the tree. The program cannot go on in the middle, so this starts anew each time.

    :raises StageError: with the reason.
    """
    tool = next((found for name in TOOLS if (found := shutil.which(name))), None)
    if tool is None:
        raise StageError(
            "Unpacking .7z needs the program 7z (`apt install 7zip` or `p7zip-full`, "
            "`conda install p7zip`)"
        )
    most = limit if limit is not None else default_limit(size)
    total = survey(listed(tool, source, timeout), most)
    shutil.rmtree(tree.top)
    os.mkdir(tree.top)
    need_space(folder, total, f"unpacking {source}")
    _unpack(tool, source, size, total, tree, bar, timeout)
    _check(tree)


def _unpack(
    tool: str, source: Path, size: int, total: int, tree: Tree, bar: Bar, timeout: float
) -> None:
    program = subprocess.Popen(
        [tool, "x", *COMMON, f"-o{tree.top}", "--", str(source)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    there, since = -1, time.monotonic()
    try:
        while True:
            try:
                _, said = program.communicate(timeout=PAUSE)
                break
            except subprocess.TimeoutExpired:
                before, there = there, _size(tree.top)
                if there != before:
                    since = time.monotonic()
                elif time.monotonic() - since > timeout:
                    raise gone(source, timeout) from None
                bar.to(min(there * size // max(total, 1), size))
    finally:
        end(program)
    if program.returncode:
        raise refused(source, "", said)


def _check(tree: Tree) -> None:
    """Links that leave the tree, and what is neither file, folder nor link; and permissions."""
    top = os.path.realpath(tree.top)
    for folder, folders, names in os.walk(top):
        for name in (*folders, *names):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            real = os.path.realpath(path)
            known = (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK)
            # 7z makes an absolute link one to a place below here, which moves away afterwards.
            absolute = stat.S_ISLNK(status.st_mode) and os.path.isabs(os.readlink(path))
            if (
                absolute
                or not real.startswith(top + os.sep)
                or not any(is_it(status.st_mode) for is_it in known)
            ):
                raise UnsafeArchiveError(
                    f"The archive holds a link that leaves its folder, or a device: {name!r}"
                )
            if stat.S_ISDIR(status.st_mode):
                os.chmod(path, (stat.S_IMODE(status.st_mode) & 0o755) | 0o700)
            if stat.S_ISREG(status.st_mode):
                os.chmod(path, permissions(stat.S_IMODE(status.st_mode)))
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
