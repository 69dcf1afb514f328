"""What is mounted where, without touching it: a dead mount blocks whoever does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from runtime_kit._os.say import say
from runtime_kit.storage.calls import bounded, run
from runtime_kit.storage.errors import StorageError

TABLE = Path("/proc/self/mounts")


@dataclass(frozen=True)
class Entry:
    source: str
    point: Path
    kind: str
    options: frozenset[str]

    @property
    def read_only(self) -> bool:
        return "ro" in self.options


def absolute(path: str | os.PathLike[str]) -> Path:
    """Absolute without touching the path itself, its parents resolved where they can be."""
    expanded = Path(os.path.abspath(os.path.expanduser(path)))
    return Path(os.path.realpath(expanded.parent)) / expanded.name


def mounted_at(point: Path) -> Entry | None:
    """The mount at a folder, if there is one; the last of several upon one another."""
    try:
        lines = TABLE.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:  # macOS and Windows have no such table
        there = bounded(lambda: os.path.ismount(point), 10, f"{point}")
        return Entry("", point, "", frozenset()) if there else None
    for line in reversed(lines):
        source, where, kind, options = line.split()[:4]
        if _unescaped(where) == str(point):
            return Entry(_unescaped(source), point, kind, frozenset(options.split(",")))
    return None


def is_elsewhere(point: Path) -> bool:
    """Whether a folder is on another disk than the one it lies in. A cell that makes its folders in
    Drive before that is mounted makes them on this machine."""
    return os.stat(point).st_dev != os.stat(point.parent).st_dev


def _unescaped(word: str) -> str:
    """The kernel writes blanks, tabs, newlines and backslashes as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), word)


def detach(point: Path, timeout: float, *, dead: bool) -> None:
    """Unmount. What is ``dead`` is taken out of the tree even where something still holds it.

    :raises StorageError: it is in use.
    """
    lazy = ["-uz"] if dead else ["-u"]
    programs = [[name, *lazy] for name in ("fusermount3", "fusermount") if shutil.which(name)]
    programs.append(["umount", *(["-l"] if dead and TABLE.exists() else ["-f"] if dead else [])])
    error: Exception | None = None
    for words in programs:
        try:
            run([*words, point], timeout, f"Unmounting {point}")
            return
        except FileNotFoundError:
            continue
        except StorageError as failed:
            error = failed
            said = getattr(failed.__cause__, "stderr", "") or ""
            if "busy" in said:
                raise StorageError(
                    f"{point} is in use. Close its files and leave it in every "
                    "terminal and notebook, then unmount it again."
                ) from failed.__cause__
    if mounted_at(point) is not None:
        raise error or StorageError(
            f"Can't unmount {point}: neither fusermount nor umount is installed."
        )


def leave(point: Path) -> Path | None:
    """Move out of a mount that is about to go. The folder that was left, to come back to."""
    try:
        here = Path(os.getcwd())
    except OSError:  # its folder is gone already
        here = Path(os.environ.get("PWD", "/"))
    if here != point and point not in here.parents:
        return None
    os.chdir(Path(os.path.abspath(point.parent)))
    return here


def come_back(folder: Path | None, timeout: float) -> None:
    """Go where :func:`leave` left, if that is there again."""
    if folder is not None:
        try:
            bounded(lambda: os.chdir(folder), timeout, str(folder))
        except OSError:
            say(f"{folder} was deleted. The working directory is now {os.getcwd()}.")


def process_of(pid: int, *words: str) -> bool:
    """Whether a process is there that was started with these words: process ids are used again."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if TABLE.exists() or os.name == "nt":
            return False
        done = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, timeout=10, check=False
        )
        line = done.stdout
    return all(word.encode("utf-8", "surrogateescape") in line for word in words)
