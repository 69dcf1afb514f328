"""Moves what has come whole to where it belongs, and nothing over something else."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterator
from pathlib import Path

from .errors import FetchError


def merge(source: Path, target: Path, overwrite: bool) -> None:
    """Move the content of ``source`` into ``target``.

    :raises FetchError: other files of these names are there; then nothing has been moved.
    """
    files = list(_files(source))
    taken = [path for path in files if _differs(source / path, target / path)]
    if taken and not overwrite:
        names = ", ".join(str(path) for path in taken[:5]) + (" ..." if len(taken) > 5 else "")
        raise FetchError(
            f"{target} already has other files of these names: {names}. Move them, "
            "choose another folder, or pass overwrite=True. The fetched files are in "
            f"{source}"
        )
    for path in files:
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        _move(source / path, place, overwrite)
    for folder in _folders(source):  # those without files as well
        (target / folder).mkdir(parents=True, exist_ok=True)


def _move(source: Path, target: Path, overwrite: bool) -> None:
    """Under a name that is free, and over what somebody has put there meanwhile only if asked."""
    if not overwrite and not os.path.lexists(target):
        try:
            os.link(source, target)
        except FileExistsError:
            if _differs(source, target):
                raise FetchError(
                    f"{target} was created by another program meanwhile. The fetched "
                    f"files are in {source}"
                ) from None
        except OSError:  # a file system without hard links
            os.replace(source, target)
            return
        os.unlink(source)
        return
    os.replace(source, target)


def _files(top: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(top):
        for name in sorted(names):
            yield Path(folder, name).relative_to(top)


def _folders(top: Path) -> Iterator[Path]:
    for folder, folders, _ in os.walk(top):
        for name in folders:
            yield Path(folder, name).relative_to(top)


def _differs(new: Path, old: Path) -> bool:
    if not os.path.lexists(old):
        return False
    return not old.is_file() or not filecmp.cmp(new, old, shallow=False)
