"""Keeps a verified copy of a run in a second folder, in the background."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from runtime_kit._os.files import explain
from runtime_kit.checkpoint.errors import CheckpointError, RunLockedError, RunTakenOverError
from runtime_kit.checkpoint.messages import Mailbox
from runtime_kit.checkpoint.read.restored import Restored
from runtime_kit.checkpoint.run_dir.lock import RunLock
from runtime_kit.checkpoint.store import Store

from .mirror_place import place_of
from .mirror_sync import MirrorSync

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between tries while the mirror fails


class Mirror:
    """Copies the newest good step of ``store`` to ``folder``; steps in between may be left out when
    the mirror is slower than the saves. Failures are retried with growing pauses and told once.
    """

    def __init__(
        self, store: Store, folder: Path, mailbox: Mailbox, *, takeover: bool = False
    ) -> None:
        self.folder = folder
        self._store = store
        self._mailbox = mailbox
        place = place_of(folder)
        self._lock = RunLock(folder, place.reach)
        self._takeover = takeover
        self._owned = False
        self._sync = MirrorSync(store, place, mailbox)
        self._failing_since: float | None = None
        self._told = ""
        self._changed = threading.Condition()
        self._wanted = False
        self._closed = False
        self._taken_over: RunLockedError | RunTakenOverError | None = None
        self._thread: threading.Thread | None = None
        try:
            self._own()
            self._sync.open()
        except OSError as error:
            self._failed(error)

    @property
    def written(self) -> int:
        """Bytes copied, over all steps."""
        return self._sync.written

    @property
    def seconds(self) -> float:
        """How long the last copy took."""
        return self._sync.seconds

    @property
    def copying(self) -> bool:
        """A step is on its way."""
        return self._sync.current is not None

    def notify(self) -> None:
        """A step was committed."""
        with self._changed:
            if self._taken_over is not None:
                return
            self._wanted = True
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="checkpoint-mirror", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()

    def state(self, step: int) -> str:
        """``mirrored``: verified there. ``mirroring``: being copied. ``local``: not there."""
        if self._sync.current == step:
            return "mirroring"
        return "mirrored" if self._sync.has(step) else "local"

    def abandon_after(self, step: int) -> None:
        """Training goes on from an older step: newer copies go before the next one is made."""
        self._sync.abandon_after(step)

    def restore(self, step: int | None) -> Restored | None:
        """The newest good step here or there; see :meth:`CheckpointManager.restore`. Copies that
        cannot be read from the folder as it is are brought when they are needed."""
        places = [self._store.folder, self.folder]
        here, there = self._store.newest(), self._sync.newest()
        if here is None or (there is not None and there > here):
            self._sync.place.bring()
        try:
            return self._store.restore(places, step)
        except CheckpointError:
            if not self._sync.place.bring():
                raise
            return self._store.restore(places, step)

    def settle(self, seconds: float) -> bool:
        """Wait so long at most for the newest step to arrive; True if it has."""
        limit = time.monotonic() + seconds
        while not self._sync.up_to_date() and time.monotonic() < limit and not self._taken_over:
            with self._changed:
                self._changed.wait(0.1)
        return self._sync.up_to_date()

    def finish(self, timeout: float) -> None:
        """Wait for the newest step to be mirrored, as long as the mirror works, and ``timeout``
        seconds of an outage.

        :raises CheckpointError: it is not mirrored; the run stays open to try again.
        :raises RunTakenOverError: another process writes the mirror now.
        """
        if not self._sync.up_to_date():
            self.notify()
        while not self._sync.up_to_date():
            if self._taken_over is not None:
                raise self._taken_over
            since = self._failing_since
            if since is not None and time.monotonic() - since > timeout:
                raise CheckpointError(
                    f"Step {self._store.newest()} is only in {self._store.folder}: "
                    f"the mirror {self.folder} fails ({self._told}). The newest step "
                    f"there is {self._sync.newest()}. Make it available and call "
                    "finish() again."
                )
            with self._changed:
                self._changed.wait(0.1)

    def close(self) -> None:
        with self._changed:
            self._closed = self._sync.stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(2.0)
        self._lock.release()

    def _own(self) -> None:
        """Also later, where the folder could not be reached at first."""
        if self._owned:
            self._lock.check()
        else:
            self._lock.acquire(takeover=self._takeover)
            self._owned = True

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
                self._own()
                self._works(self._sync.pass_over())
                pause = FIRST_WAIT
            except (RunLockedError, RunTakenOverError) as error:
                self._taken_over = error
                self._mailbox.post(str(error), warning=True)
                return
            except OSError as error:
                if self._closed:
                    return
                self._failed(error)
                with self._changed:
                    self._wanted = True
                    self._changed.wait_for(lambda: self._closed, pause)
                pause = min(pause * 2, LONGEST_WAIT)
            finally:
                with self._changed:
                    self._changed.notify_all()

    def _works(self, step: int | None) -> None:
        if self._failing_since is not None:
            self._failing_since = None
            self._told = ""
            self._mailbox.post(f"The mirror works again: step {step} is in {self.folder}.")

    def _failed(self, error: OSError) -> None:
        if self._failing_since is None:
            self._failing_since = time.monotonic()
        self._sync.look_again()
        text = explain(error, self.folder)
        if text != self._told:
            self._told = text
            self._mailbox.post(
                f"The mirror fails: {text}. Training continues, checkpoints are kept "
                f"in {self._store.folder}, and mirroring is tried again.",
                warning=True,
            )
