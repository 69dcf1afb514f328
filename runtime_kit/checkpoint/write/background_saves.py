"""What the saves of one process and of several have in common: a writer's thread, how it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from runtime_kit._os.files import explain
from runtime_kit._os.worker import Worker
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.run_dir.layout import Commit


class BackgroundSaves:
    """One save after the other.

    ``taken_over`` stopped the saving for good; ``failed_at`` is when the state of the last save was
    taken, in seconds since 1970, if it did not become durable; ``last_write`` is how it ended.
    ``interim``: it is one between two of the schedule's.
    """

    def __init__(self, folder: Path) -> None:
        self.taken_over: CheckpointError | None = None
        self.failed_at: float | None = None
        self.last_write: WriteResult | None = None
        self.interim = False
        self._folder = folder
        self._worker = Worker("checkpoint-writer")

    @property
    def busy(self) -> bool:
        """A write is under way."""
        return self._worker.busy

    def wait(self) -> None:
        """Until the write under way has ended."""
        self._worker.wait()

    def check(self) -> None:
        """Raise what stopped the saving for good."""
        if self.taken_over is not None:
            raise self.taken_over

    def _raise_failure(self, result: WriteResult | None) -> None:
        if result is not None and result.error is not None:
            raise CheckpointError(explain(result.error, self._folder)) from result.error
        if result is not None and result.failure is not None:
            raise result.failure


@dataclass
class WriteResult:
    """Outcome of one write: seconds until durable, processor time of the writer's thread, bytes
    written, and what went wrong."""

    step: int
    seconds: float = 0.0
    work: float = 0.0
    written: int = 0
    error: OSError | None = None
    failure: Exception | None = None
    commit: Commit | None = field(default=None, repr=False)
    interim: bool = False

    @property
    def failed(self) -> bool:
        return self.error is not None or self.failure is not None
