"""Saves of a torchrun job, one after the other, the same ones in all processes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from runtime_kit._os.files import explain
from runtime_kit.checkpoint.errors import CheckpointError, RunTakenOverError
from runtime_kit.checkpoint.manager import CheckpointManager
from runtime_kit.checkpoint.messages import Mailbox, announce
from runtime_kit.checkpoint.write.background_saves import BackgroundSaves, WriteResult

from .ranked_write import RankedWrite
from .ranks import Ranks


class RankedSaves(BackgroundSaves):
    """Counterpart of :class:`SaveQueue`. ``newest`` is the last step that became durable.

    :param first: the manager of process 0, None elsewhere.
    """

    def __init__(
        self, folder: Path, ranks: Ranks, mailbox: Mailbox, first: CheckpointManager | None
    ) -> None:
        super().__init__(folder)
        self.newest: int | None = None
        self._ranks = ranks
        self._background = Ranks()  # groups of the writer's own, away from the training's calls
        self._mailbox = mailbox
        self._first = first

    def save(self, snapshot: Any, *, wait: bool) -> float:
        """See :meth:`CheckpointManager.save_snapshot`."""
        begin, now = time.perf_counter(), time.time()
        write = RankedWrite(self._ranks, self._background, self._first)
        try:
            staged = write.begin(self._folder, snapshot)
        except RunTakenOverError as error:
            self.taken_over = error
            raise
        except OSError as error:
            self._note(WriteResult(snapshot.step, error=error), now)
        except CheckpointError as error:
            self._note(WriteResult(snapshot.step, failure=error), now)
        else:
            self._worker.submit(lambda: self._finish(write, staged, now))
        stall = time.perf_counter() - begin
        if wait:
            self._worker.wait()
            self._raise_failure(self.last_write)
        return stall

    def _finish(self, write: RankedWrite, staged: dict[str, Any], now: float) -> None:
        result = WriteResult(step=write.step)
        try:
            result = write.finish(staged)
        except RunTakenOverError as error:
            self.taken_over = error
            return
        except Exception as error:
            result.failure = error
        self._note(result, now)

    def _note(self, result: WriteResult, now: float) -> None:
        self.failed_at = now if result.failed else None
        if result.error is not None:
            self._mailbox.post(
                f"Step {result.step} was not saved: "
                f"{explain(result.error, self._folder)}. Training continues, and "
                "saving is tried again.",
                warning=True,
            )
        elif result.failure is not None:
            self._mailbox.post(
                f"Step {result.step} was not saved ({result.failure}). Training "
                "continues, and saving is tried again.",
                warning=True,
            )
        else:
            self.newest = result.step
        self.last_write = result
        announce("failed" if result.failed else "saved", self._folder.name, result.step)
