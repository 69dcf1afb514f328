"""Turns the names that an archive states into paths that cannot leave the target folder."""

from __future__ import annotations

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
        raise UnsafeArchiveError(f"the archive holds a name with a zero byte: {name!r}")
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or (windows and ":" in name):
        raise UnsafeArchiveError(f"the archive holds an absolute path: {name!r}")
    pieces = re.split(r"[\\/]", name)
    if ".." in pieces:
        raise UnsafeArchiveError(f"the archive holds a path that leaves its folder: {name!r}")
    parts = tuple(p for p in (pieces if windows else name.split("/")) if p not in ("", "."))
    # Windows drops dots and spaces at the end of a name: `.. ` is `..` there.
    if windows and any(not part.rstrip(". ") for part in parts):
        raise UnsafeArchiveError(f"the archive holds a path that leaves its folder: {name!r}")
    return parts


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
