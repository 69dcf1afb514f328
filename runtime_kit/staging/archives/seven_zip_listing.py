"""Asks the program 7z what a .7z holds, and looks at it before anything is unpacked."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from runtime_kit.staging.errors import (
    DamagedArchiveError,
    NoSpaceError,
    SourceGoneError,
    StageError,
    UnsafeArchiveError,
)

from .names import member_parts

# No question is asked: not for a password, and not what kind of archive a file of this name may be
# (as a tar it could hold devices and hard links).
COMMON = ("-t7z", "-y", "-bd", "-p-", "-sccUTF-8")


def listed(tool: str, source: Path, timeout: float) -> str:
    """What the program prints of its members.

    :raises StageError: it cannot be listed.
    """
    program = subprocess.Popen(
        [tool, "l", "-slt", "-ba", *COMMON, "--", str(source)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
    )
    try:
        out, said = program.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise gone(source, timeout) from error
    finally:
        end(program)
    if program.returncode:
        raise refused(source, out, said)
    return out


def survey(listing: str, most: int) -> int:
    """Look at every member before anything is written; returns the bytes they will take.

    :raises UnsafeArchiveError: one that leaves the folder, or too many bytes.
    """
    total = 0
    names: list[tuple[str, ...]] = []
    links: set[tuple[str, ...]] = set()
    for member in _members(listing):
        parts = member_parts(member.get("Path", ""))
        names.append(parts)
        if member.get("Encrypted") == "+":
            raise StageError(f"{'/'.join(parts)} is encrypted: unpack it with `7z x`")
        if " l" in member.get("Attributes", "") or member.get("Symbolic Link"):
            links.add(parts)
        size = member.get("Size", "")
        total += int(size) if size.isdigit() else 0
    if total > most:
        raise UnsafeArchiveError(
            f"The archive unpacks to {total / 1e9:.1f} GB, more than the limit of "
            f"{most / 1e9:.1f} GB. Pass limit=BYTES if that is right"
        )
    for parts in names:  # older programs write through such a link
        if any(parts[:count] in links for count in range(1, len(parts))):
            raise UnsafeArchiveError(f"The archive holds a file behind a link: {'/'.join(parts)!r}")
    return total


def _members(listing: str) -> Iterator[dict[str, str]]:
    """One block of lines each, which begins with its path. A name with a line break in it cuts its
    own block short: what follows is then no key of ours."""
    member: dict[str, str] = {}
    for line in listing.splitlines():
        key, _, value = line.partition(" = ")
        if key == "Path":
            if member:
                yield member
            member = {}
        member[key] = value
    if member:
        yield member


def gone(source: Path, timeout: float) -> SourceGoneError:
    return SourceGoneError(
        f"No data from {source} for {timeout:g} s. Make it available and call this again."
    )


def refused(source: Path, *texts: str) -> StageError:
    said = " ".join(line for text in texts for line in text.splitlines() if line.strip())
    if "password" in said or "encrypted" in said:
        return StageError(f"{source} is encrypted: unpack it with `7z x`")
    if "Dangerous" in said:
        return UnsafeArchiveError("The archive holds a link that leaves its folder")
    if "No space left" in said:
        return NoSpaceError(f"The disk is full: free some and call this again ({said[-200:]})")
    return DamagedArchiveError(f"{source} cannot be unpacked: {said[-300:]}")


def end(program: subprocess.Popen[str]) -> None:
    """A process that reads from a mount that hangs cannot even be killed until that answers, so it
    is not waited for."""
    program.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(1.0)
