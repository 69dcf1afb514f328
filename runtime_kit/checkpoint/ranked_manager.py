"""Checkpoints of a torchrun job: saved by all processes together, committed by process 0."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import messages
from .errors import CheckpointError, RunTakenOverError
from .files import explain
from .manager import CheckpointManager
from .messages import Mailbox, emit
from .ranked_snapshot import RankedSnapshot
from .ranked_write import RankedWrite
from .ranks import Ranks
from .restored import Checkpoint, Restored
from .search import restored_at
from .worker import Worker
from .writing import WriteResult


class RankedManager:
    """Takes the place of :class:`CheckpointManager` where there are several processes.

    Process 0 owns the lock, the step folders, pruning and the mirror; the tensors of modules and
    optimizers go through torch.distributed.checkpoint into ``dcp/`` of the step, as safetensors, so
    that nothing of it is a pickle. Every method is to be called by all processes.
    """

    collective = True

    def __init__(self, name: str, folder: str | os.PathLike[str], **options: Any) -> None:
        self.ranks = Ranks()
        self._background = Ranks()  # groups of the writer's own, away from this thread's calls
        messages.mute(self.ranks.rank != 0)
        self.name = name
        self.folder = Path(folder).expanduser().resolve() / name
        self._first: CheckpointManager | None = None

        def open_first() -> None:
            self._first = CheckpointManager(name, folder, **options)

        self.ranks.from_first(open_first)
        self.best: tuple[str, str] | None = options.get("best")
        self.mailbox = self._first.mailbox if self._first else Mailbox()
        self._worker = Worker("checkpoint-writer")
        self._error: CheckpointError | None = None
        self._closed = False
        self._newest: int | None = None
        self.failed = False
        self.last_write: WriteResult | None = None

    # -- agreement

    def agree(self, *flags: int) -> list[int]:
        """Each flag's maximum over all processes, so that all do the same."""
        return self.ranks.any(*flags)

    @property
    def mirror_seconds(self) -> float:
        return self._first.mirror_seconds if self._first else 0.0

    @property
    def stopped(self) -> bool:
        return self._closed or self._error is not None

    @property
    def busy(self) -> bool:
        return self._worker.busy

    def newest(self) -> int | None:
        return self._newest

    # -- saving

    def take(self, step: int, objects: Mapping[str, Any], about: Mapping[str, Any]) -> Any:
        return RankedSnapshot.take_spread(step, objects, about)

    def prepare(self, objects: Mapping[str, Any]) -> None:
        """torch.distributed.checkpoint has its own buffers."""

    def save_snapshot(self, snapshot: Any, *, wait: bool = False) -> float:
        """See :meth:`CheckpointManager.save_snapshot`."""
        self._worker.wait()
        self.check()
        begin = time.perf_counter()
        write = RankedWrite(self.ranks, self._background, self._first)
        try:
            job = write.begin(self.folder, snapshot)
        except OSError as error:
            self._note(WriteResult(snapshot.step, error=error))
            if wait:
                raise CheckpointError(explain(error, self.folder)) from error
            return time.perf_counter() - begin
        stall = time.perf_counter() - begin
        self._worker.submit(lambda: self._finish_write(write, job))
        if wait:
            self._worker.wait()
            result = self.last_write
            if result is not None and result.error is not None:
                raise CheckpointError(explain(result.error, self.folder)) from result.error
            self.check()
        return stall

    def _finish_write(self, write: RankedWrite, job: Any) -> None:
        result = WriteResult(step=write.step)
        try:
            result = write.finish(job)
        except RunTakenOverError as error:
            self._error = error
        except Exception as error:
            result.failure = error
            self.mailbox.post(f"a save failed: {error!r}. Training goes on.", warning=True)
        self._note(result)

    def _note(self, result: WriteResult) -> None:
        self.failed = result.error is not None or result.failure is not None
        if result.error is not None:
            self.mailbox.post(
                f"step {result.step} could not be saved: {explain(result.error, self.folder)}. "
                "Training goes on and saving is tried again.",
                warning=True,
            )
        elif not self.failed and self._error is None:
            self._newest = result.step
        self.last_write = result
        emit(
            {
                "event": "failed" if self.failed else "saved",
                "run": self.name,
                "step": result.step,
                "time": time.time(),
            }
        )

    def check(self) -> None:
        """Show messages; raise what stopped the saving for good, in all processes."""
        self.mailbox.deliver()
        if self._error is not None:
            raise self._error

    # -- restoring

    def restore(self, step: int | None = None) -> Restored | None:
        """Process 0 searches and checks every byte; all load the step it found."""
        self._worker.wait()
        first: Restored | None = None

        def search() -> tuple[int, str, list[Any]] | None:
            nonlocal first
            assert self._first is not None
            first = self._first.restore(step)
            if first is None:
                return None
            return first.checkpoint.step, str(first.checkpoint.path), first.skipped

        found = self.ranks.from_first(search)
        if found is None:
            return None
        number, path, skipped = found
        self._newest = number
        return first if first is not None else restored_at(Path(path), number, skipped)

    def checkpoints(self) -> list[Checkpoint]:
        self._worker.wait()
        return self.ranks.from_first(lambda: self._first.checkpoints() if self._first else [])

    def abandon_after(self, step: int) -> None:
        if self._first:
            self._first.abandon_after(step)

    # -- ending

    def open(self) -> None:
        if self._first:
            self._first.open()
        self._closed = False

    def wait(self) -> None:
        self._worker.wait()
        self.check()

    def settle(self, mirror_seconds: float = 0.0) -> None:
        self._worker.wait()
        if self._first:
            self._first.settle(mirror_seconds)

    def finish(self, timeout: float = 600.0) -> None:
        self.wait()
        self.ranks.from_first(lambda: self._first.finish(timeout) if self._first else None)
        self.mailbox.deliver()
        self._closed = True

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._worker.wait()
            if self._first:
                self._first.close()
