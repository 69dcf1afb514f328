"""What came of writing a step."""

from __future__ import annotations

from dataclasses import dataclass, field

from runtime_kit.checkpoint.run_dir.layout import Commit


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
