"""Waits until the remote has what was written to an rclone mount, and proves it."""

from __future__ import annotations

import time
from collections.abc import Callable

from runtime_kit._os.child import last_words
from runtime_kit._os.timeouts import Deadline
from runtime_kit.storage.errors import StorageError, StorageTimeout, meaning
from runtime_kit.storage.provider import Flushed

from . import program as rclone
from .program import list_of
from .vfs_cache import CachedFile, VfsCache

PAUSE = 0.1


class VfsFlush:
    """Remembers what was compared already, so that a second flush compares only what is new."""

    def __init__(self, cache: VfsCache, remote: str) -> None:
        self._cache = cache
        self._log = cache.folder / "rclone.log"
        self._remote = remote
        # What is clean at the start was uploaded by others, and may be changed there since.
        self._proven = {file.name: file.stamp for file in cache.files() if not file.dirty}
        self._unnamed: set[str] = set()  # rclone cannot be asked about these

    def run(self, timeout: float, is_running: Callable[[], bool]) -> Flushed:
        """
        :raises StorageError: something is not there at the end of the time, and what.
        """
        deadline, begin = Deadline(timeout), self._log_size()
        while True:
            self._wait_for_uploads(deadline, is_running, begin)
            news = [file for file in self._cache.files() if self._is_news(file)]
            if not news:
                break
            wrong = self._compare(news, deadline)
            # What was written to meanwhile is uploaded again: then that counts.
            settled = {file.name: file for file in self._cache.files() if not file.dirty}
            still = [f for f in news if f.name in wrong and settled.get(f.name) == f]
            if still and deadline.over:
                raise StorageError(
                    f"{self._remote} has different content for "
                    f"{_named([f.name for f in still])}. Write them again."
                )
            self._proven.update({f.name: f.stamp for f in news if f.name not in wrong})
            time.sleep(PAUSE if wrong else 0)
        remote = self._remote.rstrip(":")
        if self._unnamed:
            return Flushed(
                False,
                f"Everything that was written and closed is uploaded to {remote}; "
                f"{len(self._unnamed)} files whose names have line breaks or are not "
                "UTF-8 could not be verified.",
            )
        return Flushed(True, f"{remote} has everything that was written and closed.")

    def _is_news(self, file: CachedFile) -> bool:
        return file.whole and not file.dirty and self._proven.get(file.name) != file.stamp

    def _wait_for_uploads(
        self, deadline: Deadline, is_running: Callable[[], bool], begin: int
    ) -> None:
        while pending := self._cache.pending():
            if not is_running():
                raise StorageError(
                    f"The mount stopped before {_named(pending)} was uploaded. The "
                    "rest is safe in its cache: drive.remount() uploads it."
                )
            if deadline.over:
                reason, remote = self._reason(begin), self._remote.rstrip(":")
                raise StorageError(
                    f"{_named(pending)} is not in {remote} after {deadline.timeout:g} "
                    f"s{f' ({reason})' if reason else ''}. Nothing is lost: flush "
                    "again later. A file that is still open is uploaded when it is "
                    "closed."
                )
            time.sleep(PAUSE)

    def _compare(self, files: list[CachedFile], deadline: Deadline) -> set[str]:
        names = rclone.safe_names([file.name for file in files])
        self._unnamed.update({file.name for file in files}.difference(names))
        with list_of(names) as wanted:
            limit = max(deadline.left, 1.0)
            return set(rclone.differences(self._cache.root, self._remote, wanted, limit))

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0

    def _reason(self, begin: int) -> str:
        """Why rclone does not get on: its own last error since a place in its log, as those before
        may be long put right; or what it says when asked now."""
        try:
            data = self._log.read_bytes()
        except OSError:
            data = b""
        since = data[begin if begin <= len(data) else 0 :]  # a new process begins a new log
        text = since.decode("utf-8", "replace")
        errors = [line for line in text.splitlines() if "ERROR" in line or "Failed" in line]
        if errors:
            return meaning(errors[-1])
        try:
            rclone.reach(self._remote, 5)
        except StorageTimeout:
            return "it does not respond"
        except StorageError as error:
            return meaning(last_words(getattr(error.__cause__, "stderr", "") or str(error)))
        return ""


def _named(names: list[str]) -> str:
    rest = len(names) - 1
    return f"{names[0]} (and {rest} more)" if rest else names[0]
