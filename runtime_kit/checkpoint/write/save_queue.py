"""One save after the other: copied while the training waits, written in the background."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from runtime_kit.checkpoint.errors import RunTakenOverError
from runtime_kit.checkpoint.messages import Mailbox, announce
from runtime_kit.checkpoint.run_dir.ownership import Ownership
from runtime_kit.checkpoint.state.snapshot import Snapshot

from .background_saves import BackgroundSaves, WriteResult
from .step_committer import StepCommitter

logger = logging.getLogger(__name__)


class SaveQueue(BackgroundSaves):
    """Owns the writer's thread.

    :param owner: whether the run is still ours.
    :param committed: called in the writer's thread after each step that became durable.
    """

    def __init__(
        self,
        committer: StepCommitter,
        mailbox: Mailbox,
        *,
        owner: Ownership,
        committed: Callable[[], None],
    ) -> None:
        super().__init__(committer.folder)
        self._turns = threading.RLock()
        self._committer = committer
        self._mailbox = mailbox
        self._owner = owner
        self._committed = committed

    def save(self, snapshot: Snapshot, *, wait: bool) -> float:
        """See :meth:`CheckpointManager.save`."""
        with self._turns:  # another thread's save must not take the buffers of this one
            self._worker.wait()
            return self._save(snapshot, wait=wait)

    def _save(self, snapshot: Snapshot, *, wait: bool) -> float:
        result: WriteResult | None = None
        begin, now = time.perf_counter(), time.time()
        self.interim = snapshot.interim
        job = self._committer.stage(snapshot)
        if job is None:  # too little memory for a copy: written from the live tensors, now
            result = self._write(lambda: self._committer.write_directly(snapshot), now)
            stall = time.perf_counter() - begin
        else:
            stall = time.perf_counter() - begin
            logger.debug("%s: step %d copied in %.3f s", self._folder.name, snapshot.step, stall)
            self._worker.submit(lambda: self._write(job, now))
            if wait:
                self._worker.wait()
            result = self.last_write if wait else None
        if wait:
            self._raise_failure(result)
        return stall

    def _write(self, job: Callable[[], WriteResult], now: float) -> WriteResult:
        result = WriteResult(step=-1)
        begin = time.thread_time()
        try:
            self._owner.check()
            result = job()
            if result.error is None and not result.interim:
                self._committed()
        except RunTakenOverError as error:
            self.taken_over = error
            return result
        except Exception as error:  # training is not to end for a failed save
            result.failure = error
            self._mailbox.post(f"A save failed: {error!r}. Training continues.", warning=True)
        self.failed_at = now if result.failed else None
        result.work = time.thread_time() - begin
        self.last_write = result
        event = "failed" if result.failed else "saved"
        seconds, size = result.seconds, result.written
        if result.interim and not result.failed:
            return result
        announce(event, self._folder.name, result.step, seconds=seconds, bytes=size)
        return result

    def check(self) -> None:
        """Raise what stopped the saving for good."""
        if self._owner.lost and self.taken_over is None:
            self.confirm_owner()
        super().check()

    def confirm_owner(self) -> None:
        """Look at the lock itself, whatever was seen of it before.

        :raises RunTakenOverError: another process has the run.
        """
        try:
            self._owner.check()
        except RunTakenOverError as error:
            self.taken_over = error
            raise

    def prepare(self, objects: Mapping[str, Any]) -> None:
        """See :meth:`CheckpointManager.prepare`."""
        if not self.busy:
            snapshot = Snapshot.take(0, objects, {})
            if self._committer.allocate(snapshot):
                self._worker.submit(self._committer.touch)

    def begin_again(self) -> None:
        """The run is owned again."""
        self.taken_over = None
