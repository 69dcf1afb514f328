"""Checkpoints of a torchrun job: saved by all processes together, committed by process 0."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint import messages
from runtime_kit.checkpoint.errors import CheckpointError, RunTakenOverError
from runtime_kit.checkpoint.manager import CheckpointManager
from runtime_kit.checkpoint.manager_base import ManagerBase
from runtime_kit.checkpoint.messages import Mailbox
from runtime_kit.checkpoint.read.restored import Checkpoint, Restored
from runtime_kit.checkpoint.read.search import restored_at
from runtime_kit.checkpoint.run_dir.run_folder import run_folder

from .ranked_saves import RankedSaves
from .ranked_snapshot import RankedSnapshot
from .ranks import Ranks


class RankedManager(ManagerBase):
    """Takes the place of :class:`CheckpointManager` where there are several processes.

    Process 0 owns the lock, the step folders, pruning and the mirror; the tensors of modules and
    optimizers go through torch.distributed.checkpoint into ``dcp/`` of the step, as safetensors, so
    that nothing of it is a pickle. Every method is to be called by all processes.
    """

    collective = True

    def __init__(self, name: str, folder: str | os.PathLike[str], **options: Any) -> None:
        self.ranks = Ranks()
        messages.mute(self.ranks.rank != 0)
        self.name = name
        self.folder = run_folder(folder, name)
        self._first: CheckpointManager | None = None

        def open_first() -> None:
            self._first = CheckpointManager(name, folder, **options)

        self.ranks.from_first(open_first)
        self.best = options.get("best")
        self.mailbox = self._first.mailbox if self._first else Mailbox()
        self._queue: RankedSaves = RankedSaves(self.folder, self.ranks, self.mailbox, self._first)
        self._closed = False
        self._stopped_by: CheckpointError | None = None  # as all processes know

    # -- agreement

    def agree(self, *flags: int) -> list[int]:
        """Each flag's maximum over all processes, so that all do the same.

        :raises RunTakenOverError: in all processes at once, though only process 0 can see it.
        """
        seen = self._queue.taken_over is not None or (self._first is not None and self._first.lost)
        *agreed, lost = self.ranks.any(*flags, seen)
        if lost:
            try:
                self.ranks.from_first(lambda: self._first.check_owner() if self._first else None)
            except RunTakenOverError as error:
                self._stopped_by = self._queue.taken_over = error
                raise
        return agreed

    def check(self) -> None:
        """Show messages. What stops the saving is raised where all processes know of it: a single
        one that ended would leave the others waiting."""
        self.mailbox.deliver()

    def wait(self) -> None:
        """Until the write under way is durable.

        :raises RunTakenOverError: in all processes, since a write ends alike in all.
        """
        self._queue.wait()
        self.mailbox.deliver()
        self._stopped_by = self._queue.taken_over
        self._queue.check()

    @property
    def mirror_seconds(self) -> float:
        return self._first.mirror_seconds if self._first else 0.0

    @property
    def stopped(self) -> bool:
        return self._closed or self._stopped_by is not None

    def newest(self) -> int | None:
        return self._queue.newest

    def has_steps(self) -> bool:
        return self.ranks.from_first(lambda: self._first is not None and self._first.has_steps())

    # -- saving

    def take(self, step: int, objects: Mapping[str, Any], about: Mapping[str, Any]) -> Any:
        return RankedSnapshot.take_spread(step, objects, about)

    def prepare(self, objects: Mapping[str, Any]) -> None:
        """torch.distributed.checkpoint has its own buffers."""

    def save_snapshot(self, snapshot: Any, *, wait: bool = False) -> float:
        """See :meth:`CheckpointManager.save_snapshot`."""
        self.wait()
        stall = self._queue.save(snapshot, wait=wait)
        if wait:
            self.check()
        return stall

    # -- restoring

    def restore(self, step: int | None = None) -> Restored | None:
        """Process 0 searches and checks every byte; all load the step it found."""
        self._queue.wait()
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
        self._queue.newest = number
        return first if first is not None else restored_at(Path(path), number, skipped)

    def checkpoints(self) -> list[Checkpoint]:
        self._queue.wait()
        return self.ranks.from_first(lambda: self._first.checkpoints() if self._first else [])

    def abandon_after(self, step: int) -> None:
        if self._first:
            self._first.abandon_after(step)

    # -- ending

    def open(self) -> None:
        if self._first:
            self._first.open()
        self._closed = False

    def settle(self, mirror_seconds: float = 0.0) -> None:
        self._queue.wait()
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
            self._queue.wait()
            if self._first:
                self._first.close()
