"""From the remote into the local copy. What was changed here is left as it is."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path, PurePosixPath

from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.errors import StorageError
from runtime_kit.storage.rclone import program as rclone
from runtime_kit.storage.rclone.program import list_of

from .copy_tree import OWN
from .file_fingerprint import FileFingerprint, alike, fingerprint, remote_fingerprint
from .manifest import Manifest

RESERVE = 64 * 2**20
"""Bytes that a disk keeps free: one that is full to the last byte stops the notebook too."""


def pull(manifest: Manifest, name: str, deadline: Deadline) -> int:
    """Bring a file or a folder of the remote (empty: all of it); how many files came.

    Files arrive aside and get their name when they are whole, so an interrupt leaves no halves,
    and the next call goes on with what is there.

    :raises StorageError:
    """
    name = name.strip("/")
    if ".." in name.split("/"):
        raise StorageError(f"{name} is not inside {manifest.remote}.")
    there = _listed(manifest.remote, name, deadline)
    wanted = [each for each in there if _is_wanted(manifest, each, there[each])]
    if not wanted:
        return 0
    _check_space(manifest.folder, sum(there[each].size for each in wanted))
    aside = manifest.own / "pull"
    _keep_same(manifest, aside, {each: there[each] for each in wanted})
    with list_of(wanted) as names:
        command = ["copy", manifest.remote, str(aside), "--files-from-raw", str(names)]
        doing = f"Fetching {len(wanted)} files from {manifest.remote}"
        rclone.ask([*command, *rclone.STEADY], max(deadline.left, 1.0), doing)
    came = 0
    for each in wanted:
        came += _settle(manifest, aside, each, there[each])
    manifest.save()
    shutil.rmtree(aside, ignore_errors=True)
    manifest.pulling = {}
    return came


def _keep_same(manifest: Manifest, aside: Path, wanted: dict[str, FileFingerprint]) -> None:
    """What an interrupted pull has brought is of use if it is whole, which its time shows, and
    still the same in the remote. Where that keeps no times rclone would look at the size alone,
    and a large file, which it writes at several places at once, has that before it is whole."""
    begun = manifest.pulling
    for name, there in wanted.items():
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if begun.get(name) != there or not alike(there, fingerprint(os.stat(aside / name))):
                (aside / name).unlink()
    manifest.pulling = {**begun, **wanted}


def _listed(remote: str, name: str, deadline: Deadline) -> dict[str, FileFingerprint]:
    """Files of the remote by name, without those whose names cannot be given to rclone."""
    items = rclone.listing(rclone.joined(remote, name), max(deadline.left, 1.0))
    if not name:
        found = {item["Path"]: remote_fingerprint(item) for item in items}
    elif len(items) == 1 and items[0]["Path"] == name.split("/")[-1] and _is_file(remote, name):
        found = {name: remote_fingerprint(items[0])}
    else:
        found = {f"{name}/{item['Path']}": remote_fingerprint(item) for item in items}
    users = [each for each in found if OWN not in each.split("/")]
    return {each: found[each] for each in rclone.safe_names(users)}


def _is_file(remote: str, name: str) -> bool:
    """A folder may have a file of its own name in it."""
    text = rclone.ask(
        ["lsjson", "--stat", rclone.joined(remote, name), *rclone.QUICK], 60, f"Looking at {name}"
    )
    return '"IsDir":false' in text


def _is_wanted(manifest: Manifest, name: str, there: FileFingerprint) -> bool:
    """What is here stays, unless it is as it was when it came and has changed in the remote. So
    does what is in the way: a file, or a link, as what is behind one is not looked at."""
    folder = manifest.folder
    if any((folder / parent).is_symlink() for parent in PurePosixPath(name).parents):
        return False
    known = manifest.entries.get(name)
    try:
        here = fingerprint(os.lstat(folder / name))
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False
    return known is not None and known[0] == here and known[1] != there


def _settle(manifest: Manifest, aside: Path, name: str, there: FileFingerprint) -> int:
    source, target = aside / name, manifest.folder / name
    if not source.is_file():
        return 0
    if not _is_wanted(manifest, name, there):  # written here meanwhile: that stays
        return 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):  # made here meanwhile
        return 0
    manifest.entries[name] = (fingerprint(os.stat(target)), there)
    return 1


def _check_space(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size + RESERVE > free:
        raise StorageError(
            f"Not enough disk space: {size / 1e9:.1f} GB needed, {free / 1e9:.1f} GB "
            "free. Pull a smaller folder."
        )
