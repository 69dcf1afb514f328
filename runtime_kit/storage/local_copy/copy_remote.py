"""What the remote has of the files of a copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.rclone import program as rclone
from runtime_kit.storage.rclone.program import list_of

from .file_fingerprint import FileFingerprint, remote_fingerprint
from .manifest import Manifest


def listed(
    manifest: Manifest, names: Sequence[str], deadline: Deadline
) -> tuple[dict[str, FileFingerprint], bool]:
    """Those of these names that are there, and whether the remote knows hashes."""
    if not names:
        return {}, False
    with list_of(names) as path:
        limit = max(deadline.left, 1.0)
        words = ["--hash", "--files-from-raw", str(path)]
        items = rclone.listing(manifest.remote, limit, *words)
    hashed = bool(items) and all(item.get("Hashes") for item in items)
    return {item["Path"]: remote_fingerprint(item) for item in items}, hashed


def different(
    manifest: Manifest, names: Iterable[str], deadline: Deadline, *words: str
) -> set[str]:
    """Those that are not the same on both sides, by size, and by hash where the remote has it."""
    with list_of(names) as path:
        limit = max(deadline.left, 1.0)
        found = rclone.differences(manifest.folder, manifest.remote, path, limit, *words)
    return set(found)
