"""Turns the names that an archive states into paths that cannot leave the target folder."""

from __future__ import annotations

import hashlib
import os
import re

from runtime_kit.staging.errors import UnsafeArchiveError

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def member_parts(name: str, windows: bool = os.name == "nt") -> tuple[str, ...]:
    """The components of a member's path below the target; none for the target itself.

    A backslash is a letter of the name except on Windows, and still nothing that would climb on
    Windows is let through elsewhere: the unpacked folder may be shared.

    :raises UnsafeArchiveError: the path is absolute, climbs with ``..`` or cannot be a path.
    """
    if "\0" in name:
        raise UnsafeArchiveError(f"The archive holds a name with a zero byte: {name!r}")
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or (windows and ":" in name):
        raise UnsafeArchiveError(f"The archive holds an absolute path: {name!r}")
    pieces = re.split(r"[\\/]", name)
    if ".." in pieces:
        raise UnsafeArchiveError(f"The archive holds a path that leaves its folder: {name!r}")
    parts = tuple(p for p in (pieces if windows else name.split("/")) if p not in ("", "."))
    # Windows drops dots and spaces at the end of a name: `.. ` is `..` there.
    if windows and any(not part.rstrip(". ") for part in parts):
        raise UnsafeArchiveError(f"The archive holds a path that leaves its folder: {name!r}")
    return parts


LONGEST_NAME = 255
"""Bytes of a name on the file systems of Linux and macOS; letters of one on Windows."""


def fitting(parts: tuple[str, ...], shortened: set[str]) -> tuple[str, ...]:
    """The path with each name short enough for a file system. A name in a code page of two bytes
    a letter grows when it becomes UTF-8.

    :param shortened: gets the names that were cut. The end of a name stays, and a sum of the whole
        keeps two that begin alike apart.
    """
    if all(len(os.fsencode(part)) <= LONGEST_NAME for part in parts):
        return parts
    found = []
    for part in parts:
        if len(os.fsencode(part)) > LONGEST_NAME:
            shortened.add(part)
            part = _cut(part)
        found.append(part)
    return tuple(found)


def _cut(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(os.fsencode(suffix)) > 20:
        stem, dot, suffix = name, "", ""
    end = f"~{hashlib.sha1(os.fsencode(name)).hexdigest()[:8]}{dot}{suffix}"
    room = LONGEST_NAME - len(os.fsencode(end))
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return stem + end


def link_stays_inside(parts: tuple[str, ...], target: str) -> bool:
    """Whether the link at ``parts`` points below the top folder, by the letters of its target.

    Links that lead through other links are looked at again where they are made (``tree.py``).
    """
    if not target or "\0" in target or target.startswith(("/", "\\")) or _DRIVE.match(target):
        return False
    depth = len(parts) - 1
    for piece in re.split(r"[\\/]", target):
        if piece == "..":
            depth -= 1
        elif piece not in ("", "."):
            depth += 1
        if depth < 0:
            return False
    return True
