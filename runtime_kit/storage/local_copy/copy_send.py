"""Sends files of a local copy, and sees that the remote has them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.errors import StorageError, StorageTimeout
from runtime_kit.storage.rclone import program as rclone
from runtime_kit.storage.rclone.program import list_of

from .copy_remote import different, listed
from .copy_tree import CopyTree, look
from .file_fingerprint import UNKNOWN, FileFingerprint
from .manifest import Manifest


class Sending:
    """Some files of a copy on their way to the remote, which had ``before`` of them."""

    def __init__(
        self,
        manifest: Manifest,
        names: Sequence[str],
        tree: CopyTree,
        before: Mapping[str, FileFingerprint],
    ) -> None:
        self._manifest = manifest
        self._names = names
        self._here = {name: tree.files[name] for name in names}
        self._before = before

    def run(self, deadline: Deadline) -> list[str]:
        """Send, compare, remember; which files were written to meanwhile.

        :raises StorageError: one cannot be sent; those before it are remembered. Or the remote has
            something else than what was sent.
        """
        # Whoever is killed on the way finds out by this what in the remote is its own.
        self._manifest.sending = {**self._manifest.sending, **self._here}
        self._send(deadline)
        return self._prove(deadline)

    def _send(self, deadline: Deadline) -> None:
        remote = self._manifest.remote
        with list_of(self._names) as path:
            command = ["copy", str(self._manifest.folder), remote, "--files-from-raw", str(path)]
            # Which files are to be sent is known here; rclone would go by size alone where a
            # remote keeps no times.
            command += [*rclone.STEADY, "--ignore-times"]
            doing = f"Sending {len(self._names)} files to {remote}"
            try:
                rclone.ask(command, max(deadline.left, 1.0), doing)
            except StorageTimeout:
                raise
            except StorageError:
                with contextlib.suppress(StorageError):  # it may be away
                    self._remember(deadline, *rclone.QUICK)
                raise

    def _remember(
        self, deadline: Deadline, *words: str
    ) -> tuple[set[str], dict[str, FileFingerprint]]:
        """Compare sizes, and hashes where the remote has them, and note both sides of what was
        sent. What was written to meanwhile differs, and came from here all the same; what differs
        and was not is somebody else's.

        Returns those that differ, and all that is here now."""
        wrong = different(self._manifest, self._names, deadline, *words)
        there, _ = listed(self._manifest, self._names, deadline)
        now = look(self._manifest.folder).files
        for each in there:
            if each not in wrong:
                self._manifest.entries[each] = (self._here[each], there[each])
            elif there[each] != self._before.get(each) and now.get(each) != self._here[each]:
                self._manifest.entries[each] = (UNKNOWN, there[each])
        self._manifest.save()
        return wrong, now

    def _prove(self, deadline: Deadline) -> list[str]:
        wrong, now = self._remember(deadline)
        lost = sorted(each for each in wrong if now.get(each) == self._here[each])
        if lost:
            raise StorageError(
                f"{self._manifest.remote} does not have the bytes of {lost[0]} "
                f"({len(lost)} files differ): flush again."
            )
        return sorted(each for each in wrong if each in now)
