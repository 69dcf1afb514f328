"""What managers of one process and of several have in common: they ask their saves."""

from __future__ import annotations

from pathlib import Path

from .messages import Mailbox
from .mirror.mirror import Mirror
from .write.background_saves import BackgroundSaves, WriteResult


class ManagerBase:
    """A run's name and folder, and how its writes go."""

    name: str
    folder: Path
    best: tuple[str, str] | None
    mirror: Mirror | None = None
    mailbox: Mailbox
    _queue: BackgroundSaves

    @property
    def busy(self) -> bool:
        """A write is under way."""
        return self._queue.busy

    @property
    def working(self) -> bool:
        """A write, or a copy to the mirror, is under way: the training may be slower for it."""
        return self.busy or (self.mirror is not None and self.mirror.copying)

    @property
    def finished_at(self) -> int | None:
        """The step at which the run was finished before this process had it."""
        return None

    @property
    def saving_interim(self) -> bool:
        """The write under way is one between two of the schedule's."""
        return self.busy and self._queue.interim

    @property
    def interim_possible(self) -> bool:
        """A save between two of the schedule's could begin now."""
        return False

    @property
    def failed(self) -> bool:
        """The last write did not become durable."""
        return self._queue.failed_at is not None

    @property
    def failed_at(self) -> float | None:
        """When its state was taken, in seconds since 1970; None where the last write is durable."""
        return self._queue.failed_at

    @property
    def last_write(self) -> WriteResult | None:
        """How the last write ended, until it is set to None."""
        return self._queue.last_write

    @last_write.setter
    def last_write(self, result: WriteResult | None) -> None:
        self._queue.last_write = result

    def check(self) -> None:
        """Show messages of the background threads; raise what stopped them for good."""
        self.mailbox.deliver()
        self._queue.check()

    def wait(self) -> None:
        """Until the write under way is durable."""
        self._queue.wait()
        self.check()
