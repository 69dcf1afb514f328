"""What a mount that is not here any more has not sent.

A container that is made anew has another name and the same home: the caches of its mounts are taken
for those of another machine, which may be using them, and nothing sends what is in them. So it is
told.
"""

from __future__ import annotations

from pathlib import Path

from runtime_kit._os.say import say
from runtime_kit.storage.mounts.mount_record import MountRecord, records_for
from runtime_kit.storage.state import state_folder

from .vfs_cache import VfsCache


def report_unsent_uploads(record: MountRecord) -> None:
    """Other caches of the same remote in this home that hold something unsent."""
    own = VfsCache(Path(record.cache))
    here = {own.folder, *(Path(each.cache) for each in records_for(record.remote))}
    for folder in sorted(state_folder("vfs").iterdir()):
        cache = VfsCache(folder)
        if folder in here or cache.relative != own.relative:
            continue
        if pending := cache.pending():
            say(
                f"{len(pending)} files ({pending[0]}) were written to "
                f"another mount of {record.remote.rstrip(':')} (or on another machine "
                "with this home) and not uploaded. If that mount is gone, copy them "
                f"from {cache.root}."
            )
