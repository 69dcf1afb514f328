"""Brings the newest good step of a run, with what it needs, to a second folder."""

from __future__ import annotations

import contextlib
import errno
import time

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.messages import Mailbox, announce
from runtime_kit.checkpoint.run_dir.layout import Commit
from runtime_kit.checkpoint.run_dir.step_files import read_commit
from runtime_kit.checkpoint.store import Store

from .mirror_place import MirrorPlace

_UNTIL_COUNTED_IN = 0.1  # seconds between the new name of a step and its place in the store


class MirrorSync:
    """One pass after the other, in the mirror's thread. ``current`` is the step being copied,
    ``seconds`` what the last copy took, ``written`` the bytes of all of them."""

    def __init__(self, store: Store, place: MirrorPlace, mailbox: Mailbox) -> None:
        self.place = place
        self.written = 0
        self.seconds = 0.0
        self.current: int | None = None
        self.stopping = False
        self._store = store
        self._mailbox = mailbox
        self._there: Store | None = None
        self._abandon: int | None = None

    def open(self) -> Store:
        """The steps over there.

        :raises OSError: the place fails.
        """
        if self._there is None:
            self._there = self.place.open(self._store.keep, self._store.best)
        return self._there

    def look_again(self) -> None:
        """The folder failed: if nothing was known to be there, it is looked at anew next time."""
        if self._there is not None and not self._there.good:
            self._there = None

    def abandon_after(self, step: int) -> None:
        """See :meth:`Mirror.abandon_after`."""
        self._abandon = step

    def has(self, step: int) -> bool:
        """``step`` is there, with the content that it has in the run's own folder."""
        with contextlib.suppress(KeyError, AttributeError):
            there = self._there.good[step]  # type: ignore[union-attr]
            return there in (self._store.good[step], self._store.before.get(step))
        return False

    def _has_files(self, step: int) -> bool:
        """``step`` is there with the same files, so that another step may need them."""
        with contextlib.suppress(KeyError, AttributeError):
            return self._there.good[step] == self._store.good[step]  # type: ignore[union-attr]
        return False

    def newest(self) -> int | None:
        """The newest step over there."""
        return self._there.newest() if self._there else None

    def up_to_date(self) -> bool:
        newest = self._store.newest()
        return newest is None or (self.has(newest) and self.current is None)

    def pass_over(self) -> int | None:
        """Copy until the newest step is there; returns its number.

        :raises OSError: the mirror failed; the steps that are complete there stay so.
        """
        there = self.open()
        if self._abandon is not None:
            there.abandon_after(self._abandon)
            there.drop_abandoned()
            self._abandon = None
        step = None
        while not self.stopping:
            with self._store.lock:
                step = self._store.newest()
                if step is None or self.has(step):
                    break
                commit = self._store.good[step]
                chain = [*sorted(commit.references()), step]
                for number in chain:
                    if number not in self._store.good and not self.has(number):
                        raise OSError(f"step {number}, which step {step} needs, is damaged")
                self._store.pins.update(chain)
            try:
                for number in chain:
                    if not self._has_files(number):
                        self._copy(number, there)
            finally:
                with self._store.lock:
                    self._store.pins.subtract(chain)
                    self._store.pins += type(self._store.pins)()  # drops zeros
        return step

    def _copy(self, step: int, there: Store) -> None:
        commit = self._store.good[step]
        self.current = step
        begin = time.monotonic()
        try:
            while True:
                try:
                    path = self._store.path(step)
                    self.written += self.place.copy(path, commit, lambda: self.stopping)
                    break
                except OSError as error:
                    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                    if not full or not there.make_room():
                        raise
            self.seconds = time.monotonic() - begin
            there.committed(commit, {**self._store.about.get(step, {})})
            self.current = None
            announce("mirrored", self._store.folder.name, step)
            self.place.tidy()
        except DamagedStepError as error:
            if self._saved_again(commit):
                time.sleep(_UNTIL_COUNTED_IN)
            else:
                self._source_damaged(step, error)
        finally:
            self.current = None

    def _saved_again(self, commit: Commit) -> bool:
        """The step was replaced while it was copied: what was read is of two saves, and good."""
        try:
            return read_commit(self._store.path(commit.step), commit.step) != commit
        except DamagedStepError:
            return False

    def _source_damaged(self, step: int, error: DamagedStepError) -> None:
        with self._store.lock:
            self._store.good.pop(step, None)
            self._store.bad[step] = error
        self._mailbox.post(
            f"Step {step} in {self._store.folder} is damaged ({error.reason}) and was "
            "not mirrored.",
            warning=True,
        )
