"""What need not be fetched, where rclone itself would go by the size alone.

Remotes of some kinds (WebDAV, for one) keep no times that are set and know no hashes. They state
when a file was changed all the same, and rclone gives that time to what it has fetched whole.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from runtime_kit.storage.local_copy.file_fingerprint import (
    FileFingerprint,
    alike,
    fingerprint,
    remote_fingerprint,
)
from runtime_kit.storage.rclone.program import list_of, safe_names

NO_TIMES = 10**18
"""Nanoseconds; what rclone states as the precision of such a remote is larger."""


def way_of(ask: Callable[[list[str]], str], path: str, is_folder: bool) -> str:
    """How to find out what is the same: ``times``, ``hashes``, or ``listing`` where the remote can
    be compared by neither."""
    folder = path if is_folder else path[: max(path.rfind("/"), path.rfind(":") + 1)]
    features = json.loads(ask(["backend", "features", folder]))
    if 0 <= features["Precision"] < NO_TIMES:
        return "times"
    return "hashes" if features["Hashes"] else "listing"


@contextlib.contextmanager
def missing(
    ask: Callable[[list[str]], str], path: str, is_folder: bool, unfinished: Path, there: Path
) -> Iterator[list[str] | None]:
    """The words for rclone that name what is neither in ``unfinished`` nor ``there``, and None
    where that is nothing. What is stale in ``unfinished`` goes, and folders are made."""
    files: dict[str, FileFingerprint] = {}
    for entry in json.loads(ask(["lsjson", "--recursive", path])):
        if entry["IsDir"]:
            (unfinished / entry["Path"]).mkdir(parents=True, exist_ok=True)
        else:
            files[entry["Path"]] = remote_fingerprint(entry)
    _drop_others(unfinished, files)
    wanted = [
        name
        for name, side in files.items()
        if not _is_there(unfinished / name, side) and not _is_there(there / name, side)
    ]
    if not wanted:
        yield None
    elif not is_folder or len(safe_names(wanted)) < len(wanted):
        yield []  # all of it: a list cannot name it
    else:
        with list_of(wanted) as names:
            yield ["--files-from-raw", str(names)]


def _drop_others(unfinished: Path, files: dict[str, FileFingerprint]) -> None:
    for folder, _, names in os.walk(unfinished):
        for name in names:
            path = Path(folder, name)
            side = files.get(path.relative_to(unfinished).as_posix())
            if side is None or not _is_there(path, side):
                path.unlink()


def _is_there(path: Path, side: FileFingerprint) -> bool:
    try:
        return path.is_file() and alike(side, fingerprint(os.stat(path)))
    except OSError:
        return False
