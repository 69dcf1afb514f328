"""Keeps what the next process of rclone's would drop from the cache of a mount.

rclone writes its note on a cached file in place: when it is killed meanwhile the note is empty, and
the next one takes the file for worthless. Nor can it be sent as it is: it may have holes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from runtime_kit._os.say import say
from runtime_kit.storage.errors import StorageError
from runtime_kit.storage.mounts.mount_record import MountRecord, records_for
from runtime_kit.storage.state import state_folder

from .vfs_cache import VfsCache


def rescue(cache: VfsCache, remote: str) -> None:
    """Before rclone starts: put such files where it does not look, and say where."""
    for name in list(_without_note(cache)):
        kept = _free(state_folder("rescued", cache.folder.name) / name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.rename(cache.root / name, kept)
        say(
            f"rclone was killed while it wrote {name}, so "
            f"{remote.rstrip(':')} may not have it. A copy is in {kept}: compare them."
        )


def _without_note(cache: VfsCache) -> Iterator[str]:
    root, notes = cache.root, cache.notes  # each asks a file
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            relative = path.relative_to(root)
            if path.stat().st_size and not _is_note(notes / relative):
                yield relative.as_posix()


def _is_note(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except (OSError, ValueError):
        return False


def _free(path: Path) -> Path:
    """A name that nothing has yet."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.name}.{number}")
    return free


def report_unsent_uploads(record: MountRecord) -> None:
    """Other caches of the same remote in this home that hold something unsent.

    A container that is created again has another name and the same home: the caches of its mounts
    are taken for those of another machine, which may be using them, and nothing sends what is in
    them.
    So the user gets a line about it.
    """
    own = VfsCache(Path(record.cache))
    here = {own.folder, *(Path(each.cache) for each in records_for(record.remote))}
    for folder in sorted(state_folder("vfs").iterdir()):
        cache = VfsCache(folder)
        if folder in here or cache.relative != own.relative:
            continue
        try:
            pending = cache.pending()
        except StorageError:  # of another machine's, perhaps: this mount does not need it
            continue
        if pending:
            say(
                f"{len(pending)} files ({pending[0]}) were written to "
                f"another mount of {record.remote.rstrip(':')} (or on another machine "
                "with this home) and not uploaded. If that mount is gone, copy them "
                f"from {cache.root}."
            )
