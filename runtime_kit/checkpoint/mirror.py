"""Keeps a verified copy of a run in a second folder, in the background."""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from pathlib import Path

from .errors import CheckpointError, DamagedStepError, RunTakenOverError
from .files import explain
from .lock import RunLock
from .messages import Mailbox, emit
from .mirror_copy import copy_step
from .store import Store

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between tries while the mirror fails


class Mirror:
    """Copies the newest good step of ``store`` to ``folder``; steps in between may be left out when
    the mirror is slower than the saves. Failures are retried with growing pauses and told once.
    """

    def __init__(
        self, store: Store, folder: Path, mailbox: Mailbox, *, takeover: bool = False
    ) -> None:
        self.folder = folder
        self.written = 0  # bytes, over all steps
        self.seconds = 0.0  # that the last copy took
        self._store = store
        self._mailbox = mailbox
        self._lock = RunLock(folder)
        self._there: Store | None = None
        self._current: int | None = None
        self._failing_since: float | None = None
        self._told = ""
        self._abandon: int | None = None
        self._changed = threading.Condition()
        self._wanted = False
        self._closed = False
        self._thread: threading.Thread | None = None
        try:
            self._lock.acquire(takeover=takeover)
            self._open()
        except OSError as error:
            self._failed(error)

    def notify(self) -> None:
        """A step was committed."""
        with self._changed:
            self._wanted = True
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="checkpoint-mirror", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()

    def state(self, step: int) -> str:
        """``mirrored``: verified there. ``mirroring``: being copied. ``local``: not there."""
        if self._current == step:
            return "mirroring"
        return "mirrored" if self._has(step) else "local"

    def abandon_after(self, step: int) -> None:
        """Training goes on from an older step: newer copies go before the next one is made."""
        self._abandon = step

    def settle(self, seconds: float) -> bool:
        """Wait so long at most for the newest step to arrive; True if it has."""
        limit = time.monotonic() + seconds
        while not self._up_to_date() and time.monotonic() < limit:
            with self._changed:
                self._changed.wait(0.1)
        return self._up_to_date()

    def finish(self, timeout: float) -> None:
        """Wait for the newest step to be mirrored, as long as the mirror works, and ``timeout``
        seconds of an outage.

        :raises CheckpointError: it is not mirrored; the run stays open to try again.
        """
        if not self._up_to_date():
            self.notify()
        while not self._up_to_date():
            since = self._failing_since
            if since is not None and time.monotonic() - since > timeout:
                newest = max(self._there.good, default=None) if self._there else None
                raise CheckpointError(
                    f"step {self._store.newest()} is only in {self._store.folder}: the mirror "
                    f"{self.folder} fails ({self._told}); the newest there is step {newest}. "
                    "Bring it back and call finish() again."
                )
            with self._changed:
                self._changed.wait(0.1)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(2.0)
        self._lock.release()

    # -- the thread

    def _run(self) -> None:
        pause = FIRST_WAIT
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                self._wanted = False
            try:
                self._lock.check()
                self._bring_up_to_date()
                pause = FIRST_WAIT
            except RunTakenOverError as error:
                self._mailbox.post(str(error), warning=True)
                return
            except OSError as error:
                self._failed(error)
                with self._changed:
                    self._wanted = True
                    self._changed.wait_for(lambda: self._closed, pause)
                pause = min(pause * 2, LONGEST_WAIT)
            finally:
                with self._changed:
                    self._changed.notify_all()

    def _bring_up_to_date(self) -> None:
        there = self._open()
        if self._abandon is not None:
            there.abandon_after(self._abandon)
            there.drop_abandoned()
            self._abandon = None
        while not self._closed:
            with self._store.lock:
                step = self._store.newest()
                if step is None or self._has(step):
                    break
                commit = self._store.good[step]
                chain = [*sorted(commit.references()), step]
                self._store.pins.update(chain)
            try:
                for number in chain:
                    if not self._has(number):
                        self._copy(number, there)
            finally:
                with self._store.lock:
                    self._store.pins.subtract(chain)
                    self._store.pins += type(self._store.pins)()  # drops zeros
        if self._failing_since is not None:
            self._failing_since = None
            self._told = ""
            self._mailbox.post(f"the mirror works again: step {step} is in {self.folder}.")

    def _copy(self, step: int, there: Store) -> None:
        commit = self._store.good[step]
        self._current = step
        begin = time.monotonic()
        try:
            while True:
                try:
                    self.written += copy_step(self._store.path(step), commit, self.folder)
                    break
                except OSError as error:
                    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                    if not full or not there.make_room():
                        raise
            self.seconds = time.monotonic() - begin
            there.committed(commit, {**self._store.about.get(step, {})})
            emit(
                {
                    "event": "mirrored",
                    "run": self._store.folder.name,
                    "step": step,
                    "time": time.time(),
                }
            )
        except DamagedStepError as error:
            with self._store.lock:
                self._store.good.pop(step, None)
                self._store.bad[step] = error
            self._mailbox.post(
                f"step {step} has been damaged on the disk of {self._store.folder} "
                f"({error.reason}) and was not mirrored.",
                warning=True,
            )
        finally:
            self._current = None

    def _open(self) -> Store:
        if self._there is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._there = Store(self.folder, keep=self._store.keep, best=self._store.best)
        return self._there

    def _has(self, step: int) -> bool:
        with contextlib.suppress(KeyError, AttributeError):
            return self._there.good[step] == self._store.good[step]  # type: ignore[union-attr]
        return False

    def _up_to_date(self) -> bool:
        newest = self._store.newest()
        return newest is None or (self._has(newest) and self._current is None)

    def _failed(self, error: OSError) -> None:
        if self._failing_since is None:
            self._failing_since = time.monotonic()
        self._there = None if self._there is not None and not self._there.good else self._there
        text = explain(error, self.folder)
        if text != self._told:
            self._told = text
            self._mailbox.post(
                f"the mirror fails: {text}. Training goes on, checkpoints stay in "
                f"{self._store.folder}, and it is tried again.",
                warning=True,
            )
