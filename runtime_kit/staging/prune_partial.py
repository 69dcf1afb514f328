"""What an interrupted copy of a folder has, and the folder has not any more."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


def prune_partial(top: Path, listing: Path) -> None:
    """Delete below ``top`` what is not in the listing of the source, or is something else there.

    Both come in the same order: a folder's entries sorted, and what is in one right behind it.
    """
    with open(listing, encoding="utf-8") as lines:
        wanted = _wanted(lines)
        kind, parts = next(wanted, ("", None))
        for path, is_folder in _found(top):
            here = path.relative_to(top).parts
            while parts is not None and parts < here:
                kind, parts = next(wanted, ("", None))
            if parts != here or (kind == "folder") != is_folder:
                shutil.rmtree(path) if is_folder else path.unlink()


def _wanted(lines: Iterator[str]) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    for line in lines:
        kind, parts, *_ = json.loads(line)
        yield kind, tuple(parts)


def _found(top: Path) -> Iterator[tuple[Path, bool]]:
    """What was deleted meanwhile is not entered."""
    with os.scandir(top) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        yield path, is_folder
        if is_folder and path.is_dir():
            yield from _found(path)
