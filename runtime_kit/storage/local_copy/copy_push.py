"""From the local copy to the remote: what is new or changed here, compared when it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.provider import Flushed
from runtime_kit.storage.rclone import program as rclone
from runtime_kit.storage.rclone.program import list_of

from .copy_remote import different, listed
from .copy_send import Sending
from .copy_tree import CopyTree, look
from .file_fingerprint import UNKNOWN, FileFingerprint, alike
from .manifest import Manifest


def push(manifest: Manifest, deadline: Deadline, *, overwrite: bool, delete: bool) -> Flushed:
    """Send, compare, remember. Nothing that others changed in the remote is replaced unless
    ``overwrite``, and nothing is deleted there unless ``delete``.

    :raises StorageError:
    """
    tree = look(manifest.folder)
    changed = manifest.changed(tree)
    names = rclone.safe_names(changed)
    done = Done(manifest, tree, unsafe=len(changed) - len(names))
    there, hashed = listed(manifest, names, deadline)
    _recognize(manifest, there)
    doubtful = [] if overwrite else [each for each in names if _is_conflict(manifest, there, each)]
    if doubtful:  # sent before an interrupt, they are the same on both sides
        wrong = different(manifest, doubtful, deadline, *([] if hashed else ["--download"]))
        done.conflicts = [each for each in doubtful if each in wrong]
        same = {each: (tree.files[each], there[each]) for each in doubtful if each not in wrong}
        manifest.entries.update(same)
        names = [each for each in names if each not in same]
    done.sent = [each for each in names if each not in done.conflicts]
    if done.sent:
        done.moving = Sending(manifest, done.sent, tree, there).run(deadline)
    done.gone = manifest.removed(tree)
    if delete and done.gone:
        _delete(manifest, done.gone, deadline)
        done.gone = []
    manifest.save()
    manifest.sending = {}
    return done.answer()


def _recognize(manifest: Manifest, there: Mapping[str, FileFingerprint]) -> None:
    """What a push that was cut short has sent came from here, also where it has been written anew
    since. A remote that keeps no times cannot show that."""
    for name, here in manifest.sending.items():
        if name in there and alike(there[name], here):
            known = manifest.entries.get(name)
            if known is None or known[1] != there[name]:
                manifest.entries[name] = (UNKNOWN, there[name])


def _is_conflict(manifest: Manifest, there: Mapping[str, FileFingerprint], name: str) -> bool:
    """The remote has it in another state than when both sides were last the same."""
    known = manifest.entries.get(name)
    return name in there and (known is None or known[1] != there[name])


def _delete(manifest: Manifest, names: Sequence[str], deadline: Deadline) -> None:
    """Delete in the remote what was deleted here and is there as it was."""
    there, _ = listed(manifest, rclone.safe_names(names), deadline)
    untouched = [each for each in there if manifest.entries[each][1] == there[each]]
    if untouched:
        with list_of(untouched) as path:
            command = ["delete", manifest.remote, "--files-from-raw", str(path)]
            doing = f"Deleting {len(untouched)} files of {manifest.remote}"
            rclone.ask(command, max(deadline.left, 1.0), doing)
    for each in names:
        del manifest.entries[each]


@dataclass
class Done:
    """What a push did, and what it left."""

    manifest: Manifest
    tree: CopyTree
    unsafe: int
    """Files whose names cannot be given to rclone."""
    sent: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    moving: Sequence[str] = ()
    """Written to while they were sent."""
    gone: Sequence[str] = ()

    def answer(self) -> Flushed:
        links = self.tree.links_out()
        remote, folder = self.manifest.remote.rstrip(":"), self.manifest.folder
        text = f"{remote} has all of {folder}, {len(self.sent)} files new or changed."
        if self.conflicts:
            text = (
                f"{self.conflicts[0]} ({len(self.conflicts)} files in total) was "
                f"changed in {remote} (or sent by an interrupted flush) and was not "
                "sent. Rename it, or replace it with drive.flush(overwrite=True)."
            )
        elif self.moving:
            text = (
                f"{self.moving[0]} ({len(self.moving)} files in total) changed while "
                f"it was sent, so {remote} has no complete copy of it. Flush again."
            )
        if self.unsafe:
            text += f" Not sent: {self.unsafe} files whose names have line breaks or are not UTF-8."
        if links:
            text += (
                f" Not sent: {links[0]} ({len(links)} links in total), which leads "
                "out of the folder."
            )
        if self.gone:
            text += f" {len(self.gone)} files deleted here are kept there; "
            text += "flush(delete=True) deletes them."
        return Flushed(not (self.conflicts or self.moving or self.unsafe or links), text)
