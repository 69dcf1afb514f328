"""Saves and restores the steps of one run: the engine under ``Run`` and the callbacks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from runtime_kit._os.filesystem import is_local_disk

from .errors import CheckpointError
from .manager_base import ManagerBase
from .messages import Mailbox, announce
from .mirror.mirror import Mirror
from .read.restored import Checkpoint, Restored
from .run_dir.ownership import Ownership
from .run_dir.retention import check_options
from .run_dir.run_folder import run_folder
from .state.snapshot import Snapshot
from .store import Store
from .write.save_queue import SaveQueue
from .write.step_committer import StepCommitter


class CheckpointManager(ManagerBase):
    """Checkpoints of the run ``name`` in ``folder``.

    :param keep: how many of the newest steps stay (at least 1).
    :param best: ``(metric, "min" | "max")``: the step with the best value stays as well.
    :param mirror: second folder (a mounted Drive) to which every committed step is copied.
    :param takeover: write the run although another live process owns it.
    :raises RunLockedError: another live process writes this run.

    Nothing here knows of loops, signals or random generators: a framework's callback calls
    :meth:`save` with what it has, and :meth:`finish` at the end.
    """

    collective = False

    def __init__(
        self,
        name: str,
        folder: str | os.PathLike[str],
        *,
        mirror: str | os.PathLike[str] | None = None,
        keep: int = 2,
        best: tuple[str, str] | None = None,
        takeover: bool = False,
    ) -> None:
        self.folder = run_folder(folder, name)
        self.name = name
        check_options(keep, best)
        self.mailbox = Mailbox()
        self.best = best
        self._owner = Ownership(self.folder, takeover=takeover, let_go=self.close)
        self.store = Store(self.folder, keep=keep, best=best)
        if self.store.first_cut:
            self.mailbox.post(
                f"The first save of run {name!r} was interrupted before any checkpoint was "
                "complete: the run starts over."
            )
        self._on_disk = is_local_disk(self.folder)
        if mirror is not None:
            target = run_folder(mirror, name)
            if target == self.folder:
                raise CheckpointError("The mirror must be another folder than the run's own.")
            self.mirror = Mirror(self.store, target, self.mailbox, takeover=takeover)
        self._committer = StepCommitter(self.store, self.mailbox, self._owner.check)
        self._queue: SaveQueue = SaveQueue(
            self._committer, self.mailbox, owner=self._owner, committed=self._committed
        )

    def open(self) -> None:
        """Own the run (again, after :meth:`close`)."""
        if self._owner.open():
            self._queue.begin_again()
            if self.mirror:  # the old one has ended for good
                self.mirror = Mirror(self.store, self.mirror.folder, self.mailbox)

    @property
    def finished_at(self) -> int | None:
        return self._owner.finished

    def check_owner(self) -> None:
        """:class:`RunTakenOverError` when the run is not ours any more."""
        self._owner.check()

    @property
    def lost(self) -> bool:
        return self._owner.lost

    @property
    def mirror_seconds(self) -> float:
        return self.mirror.seconds if self.mirror else 0.0

    def agree(self, *flags: int) -> list[int]:
        return [int(flag) for flag in flags]  # one process agrees with itself

    def newest(self) -> int | None:
        interim, newest = self.store.interim, self.store.newest()
        return newest if interim is None else max(interim.step, newest or 0)

    @property
    def interim_possible(self) -> bool:
        """A save between two regular ones could begin now. Not where a mount, a server or a sync
        client has to follow, nor where a regular one has to put something in order first."""
        return self._on_disk and not (self.busy or self.failed or self.store.rewound)

    def has_steps(self) -> bool:
        """There are steps here or in the mirror, good or not, or it cannot be seen."""
        places = [self.folder, self.mirror.folder] if self.mirror else [self.folder]
        return self.store.any_steps(places)

    # -- saving

    def take(self, step: int, objects: Mapping[str, Any], about: Mapping[str, Any]) -> Snapshot:
        """The state of live objects as ``step``; tensors are copied when it is saved."""
        return Snapshot.take(step, objects, about)

    @property
    def stopped(self) -> bool:
        """Nothing can be saved any more: closed, or the run belongs to somebody else."""
        return not self._owner.held or self._queue.taken_over is not None

    def save(
        self,
        step: int,
        objects: Mapping[str, Any],
        about: Mapping[str, Any] | None = None,
        *,
        wait: bool = False,
    ) -> float:
        """Save ``objects`` (role -> live object or nested state) as ``step``.

        Copies the state and returns the seconds this took; the write goes on in the background
        (``wait=True`` waits for it, and raises what went wrong). ``about`` are further keys of
        state.json: ``epoch``, ``batch``, ``metrics``, ``rng``, ... An earlier save still being
        written is waited for first.
        """
        return self.save_snapshot(Snapshot.take(step, objects, about or {}), wait=wait)

    def save_snapshot(self, snapshot: Snapshot, *, wait: bool = False) -> float:
        self.wait()
        if self.stopped:
            raise CheckpointError(f"Run {self.name!r} is closed. Create a new Run to save.")
        stall = self._queue.save(snapshot, wait=wait)
        if wait:
            self.check()
        return stall

    def _committed(self) -> None:
        if self.mirror:
            self.mirror.notify()

    def prepare(self, objects: Mapping[str, Any]) -> None:
        """Allocate and touch the buffers in the background, so that the first save stalls no longer
        than later ones. Does nothing while a write is under way."""
        self._queue.prepare(objects)

    # -- restoring

    def restore(self, step: int | None = None) -> Restored | None:
        """The newest good step, or ``step``; None for a fresh run. See :class:`Restored`.

        :raises NoValidCheckpointError: there are steps, but none of them is good.
        """
        self._queue.wait()
        self.store.adopt_interim()
        self._committer.settle()  # nothing is to change while it is read
        self.mailbox.deliver()
        restored = (
            self.mirror.restore(step) if self.mirror else self.store.restore([self.folder], step)
        )
        if restored is not None:
            self._committer.adopt(restored.content)
            announce("resumed", self.name, restored.checkpoint.step)
        return restored

    def checkpoints(self) -> list[Checkpoint]:
        self._queue.wait()
        return self.store.checkpoints(*([self.mirror.state] if self.mirror else []))

    def abandon_after(self, step: int) -> None:
        """Training goes on from an older step: newer ones go when the next one is saved."""
        self.store.abandon_after(step)
        if self.mirror:
            self.mirror.abandon_after(step)

    # -- ending

    def settle(self, mirror_seconds: float = 0.0) -> None:
        """Wait for the write, and for the mirror so long at most. For signal handlers: raises and
        shows nothing."""
        self._queue.wait()
        self._keep_interim()
        if self.mirror and mirror_seconds:
            self.mirror.settle(mirror_seconds)

    def _keep_interim(self) -> None:
        """The newest step stays, and the mirror gets it, although it was saved in between."""
        if self.store.interim is not None:
            self.store.adopt_interim()
            self._committed()

    def finish(self, timeout: float = 600.0) -> None:
        """Wait until everything is durable, also in the mirror (at most ``timeout`` seconds for
        a mirror that cannot be reached), and give the run free.

        :raises RunTakenOverError: another process writes the run by now, be it that nothing was
            left to save here: what is there need not be what this one trained.
        """
        self.wait()
        self._queue.confirm_owner()
        self._keep_interim()
        self._committer.settle()
        if self.mirror:
            self.mirror.finish(timeout)
        self.mailbox.deliver()
        self.close()

    def close(self) -> None:
        if not self._owner.held:
            return
        self._queue.wait()
        self.store.adopt_interim()
        self._committer.stop()
        if self.mirror:
            self.mirror.close()
        self._owner.close()
