"""From the local copy to the remote: what is new or changed here, compared when it is there."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from . import rclone
from .errors import StorageError, StorageTimeout
from .manifest import UNKNOWN, Manifest, Side, remote_side
from .name_list import list_of
from .provider import Flushed
from .waiting import Deadline


def push(manifest: Manifest, deadline: Deadline, *, overwrite: bool, delete: bool) -> Flushed:
    """Send, compare, remember. Nothing that others changed in the remote is replaced unless
    ``overwrite``, and nothing is deleted there unless ``delete``.

    :raises StorageError:
    """
    here = manifest.here()
    changed = manifest.changed(here)
    names = rclone.safe_names(changed)
    unsafe = len(changed) - len(names)
    there, hashed = _listed(manifest, names, deadline)
    conflicts = [each for each in names if not overwrite and _is_conflict(manifest, there, each)]
    if conflicts:  # sent before an interrupt, they are the same on both sides
        words = [] if hashed else ["--download"]
        different = _different(manifest, conflicts, deadline, *words)
        conflicts = [each for each in conflicts if each in different]
        same = set(names) & set(there) - different - set(conflicts)
        same = {each for each in same if _is_conflict(manifest, there, each)}
        manifest.entries.update({each: (here[each], there[each]) for each in same})
        names = [each for each in names if each not in same]
    sent = [each for each in names if each not in conflicts]
    moving: list[str] = []
    if sent:
        _send(manifest, sent, here, there, deadline)
        moving = _prove(manifest, sent, here, there, deadline)
    gone = manifest.removed(here)
    if delete and gone:
        _delete(manifest, gone, deadline)
        gone = []
    manifest.save()
    return _answer(manifest, sent, conflicts, moving, gone, unsafe)


def _listed(
    manifest: Manifest, names: Sequence[str], deadline: Deadline
) -> tuple[dict[str, Side], bool]:
    """What the remote has of these names, and whether it knows hashes."""
    if not names:
        return {}, False
    with list_of(names) as path:
        limit = max(deadline.left, 1.0)
        words = ["--hash", "--files-from-raw", str(path)]
        items = rclone.listing(manifest.remote, limit, *words)
    hashed = bool(items) and all(item.get("Hashes") for item in items)
    return {item["Path"]: remote_side(item) for item in items}, hashed


def _is_conflict(manifest: Manifest, there: dict[str, Side], name: str) -> bool:
    """The remote has it in another state than when both sides were last the same."""
    known = manifest.entries.get(name)
    return name in there and (known is None or known[1] != there[name])


def _different(
    manifest: Manifest, names: Sequence[str], deadline: Deadline, *words: str
) -> set[str]:
    with list_of(names) as path:
        limit = max(deadline.left, 1.0)
        found = rclone.differences(manifest.folder, manifest.remote, path, limit, *words)
    return set(found)


def _send(
    manifest: Manifest,
    names: Sequence[str],
    here: dict[str, Side],
    before: dict[str, Side],
    deadline: Deadline,
) -> None:
    """:raises StorageError: as soon as one cannot be sent; those before it are remembered."""
    with list_of(names) as path:
        command = ["copy", str(manifest.folder), manifest.remote, "--files-from-raw", str(path)]
        # Which files are to be sent is known here; rclone would go by size alone where a
        # remote keeps no times.
        command += [*rclone.STEADY, "--ignore-times"]
        doing = f"Sending {len(names)} files to {manifest.remote}"
        try:
            rclone.ask(command, max(deadline.left, 1.0), doing)
        except StorageTimeout:
            raise
        except StorageError:
            with contextlib.suppress(StorageError):  # it may be away
                _remember(manifest, names, here, before, deadline, *rclone.QUICK)
            raise


def _remember(
    manifest: Manifest,
    names: Sequence[str],
    here: dict[str, Side],
    before: dict[str, Side],
    deadline: Deadline,
    *words: str,
) -> set[str]:
    """Compare sizes, and hashes where the remote has them; both sides of what was sent. What was
    written to meanwhile differs, and came from here all the same: nobody else has changed it."""
    different = _different(manifest, names, deadline, *words)
    there, _ = _listed(manifest, names, deadline)
    for each in names:
        if each in there and (each not in different or there[each] != before.get(each)):
            side = UNKNOWN if each in different else here[each]
            manifest.entries[each] = (side, there[each])
    manifest.save()
    return different


def _prove(
    manifest: Manifest,
    names: Sequence[str],
    here: dict[str, Side],
    before: dict[str, Side],
    deadline: Deadline,
) -> list[str]:
    """See that the remote has what was sent; which files were written to meanwhile.

    :raises StorageError: it has something else.
    """
    different = _remember(manifest, names, here, before, deadline)
    now = manifest.here()
    lost = sorted(each for each in different if now.get(each) == here[each])
    if lost:
        raise StorageError(
            f"{manifest.remote} does not have the bytes of {lost[0]} "
            f"({len(lost)} files differ): flush again."
        )
    return sorted(each for each in different if each in now)


def _delete(manifest: Manifest, names: Sequence[str], deadline: Deadline) -> None:
    """Delete in the remote what was deleted here and is there as it was."""
    there, _ = _listed(manifest, rclone.safe_names(names), deadline)
    untouched = [each for each in there if manifest.entries[each][1] == there[each]]
    if untouched:
        with list_of(untouched) as path:
            command = ["delete", manifest.remote, "--files-from-raw", str(path)]
            doing = f"Deleting {len(untouched)} files of {manifest.remote}"
            rclone.ask(command, max(deadline.left, 1.0), doing)
    for each in names:
        del manifest.entries[each]


def _answer(
    manifest: Manifest,
    sent: Sequence[str],
    conflicts: Sequence[str],
    moving: Sequence[str],
    gone: Sequence[str],
    unsafe: int,
) -> Flushed:
    links = manifest.links_out()
    remote = manifest.remote.rstrip(":")
    text = f"{remote} has all of {manifest.folder}, {len(sent)} files new or changed."
    if conflicts:
        text = (
            f"{conflicts[0]} ({len(conflicts)} files in all) was changed in {remote} by "
            "somebody else (or sent by a flush that was cut short) and was not sent: rename it, or "
            "drive.flush(overwrite=True) replaces it."
        )
    elif moving:
        text = (
            f"{moving[0]} ({len(moving)} files in all) was written to while it was sent, so "
            f"{remote} has no whole copy of it: flush again."
        )
    if unsafe:
        text += f" Not sent: {unsafe} files whose names have line breaks or are no UTF-8."
    if links:
        text += f" Not sent: {links[0]} ({len(links)} links in all), which leads out of the folder."
    if gone:
        text += f" {len(gone)} files deleted here stay there; flush(delete=True) deletes them."
    return Flushed(not conflicts and not moving and not unsafe and not links, text)
