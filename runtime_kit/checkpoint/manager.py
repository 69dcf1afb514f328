"""Saves and restores the steps of one run: the engine under ``Run`` and the callbacks."""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import (
    CheckpointError,
    RunTakenOverError,
)
from .files import explain
from .layout import check_run_name
from .lock import RunLock
from .messages import Mailbox, emit
from .mirror import Mirror
from .restored import Checkpoint, Restored
from .snapshot import Snapshot
from .store import Store
from .worker import Worker
from .writing import WriteResult, Writing

_open_managers: weakref.WeakValueDictionary[str, CheckpointManager] = weakref.WeakValueDictionary()


class CheckpointManager:
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
        self.name = check_run_name(name)
        self.folder = Path(folder).expanduser().resolve() / name
        if keep < 1:
            raise CheckpointError(f"keep={keep}: at least one checkpoint has to stay.")
        if best is not None and (len(best) != 2 or best[1] not in ("min", "max")):
            raise CheckpointError(f'best={best!r}: use a pair such as ("val_loss", "min").')
        self.mailbox = Mailbox()
        self.best = best
        self._takeover = takeover
        self._lock: RunLock | None = None
        self.taken_over = False
        self.open()
        self.store = Store(self.folder, keep=keep, best=best)
        self.mirror: Mirror | None = None
        if mirror is not None:
            target = Path(mirror).expanduser().resolve() / name
            if target == self.folder:
                raise CheckpointError("mirror is the same folder as the run's own.")
            self.mirror = Mirror(self.store, target, self.mailbox, takeover=takeover)
        self._writing = Writing(self.store, self.mailbox)
        self._worker = Worker("checkpoint-writer")
        self._error: RunTakenOverError | None = None
        self.failed = False
        self.last_write: WriteResult | None = None

    def open(self) -> None:
        """Own the run (again, after :meth:`close`)."""
        if self._lock is None:
            self._supersede()
            lock = RunLock(self.folder)
            lock.acquire(takeover=self._takeover)
            self._lock = lock
            self.taken_over = False

    def check_owner(self) -> None:
        """:class:`RunTakenOverError` when the run is not ours any more."""
        if self._lock is not None:
            self._lock.check()

    @property
    def mirror_seconds(self) -> float:
        """How long the last copy to the mirror took."""
        return self.mirror.seconds if self.mirror else 0.0

    def agree(self, *flags: int) -> list[int]:
        """One process agrees with itself."""
        return [int(flag) for flag in flags]

    def newest(self) -> int | None:
        """The newest good step."""
        return self.store.newest()

    # -- saving

    def take(self, step: int, objects: Mapping[str, Any], about: Mapping[str, Any]) -> Snapshot:
        """The state of live objects as ``step``; tensors are copied when it is saved."""
        return Snapshot.take(step, objects, about)

    @property
    def stopped(self) -> bool:
        """Nothing can be saved any more: closed, or the run belongs to somebody else."""
        return self._lock is None or self.taken_over

    @property
    def busy(self) -> bool:
        """A write is under way."""
        return self._worker.busy

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
        """Like :meth:`save` for a snapshot taken before."""
        self._worker.wait()
        self.check()
        if self.stopped:
            raise CheckpointError(f"the run {self.name!r} is closed: make a new Run to save.")
        result: WriteResult | None = None
        begin = time.perf_counter()
        job = self._writing.stage(snapshot)
        if job is None:  # too little memory for a copy: written from the live tensors, now
            result = self._write(lambda: self._writing.write_directly(snapshot))
            stall = time.perf_counter() - begin
        else:
            stall = time.perf_counter() - begin
            self._worker.submit(lambda: self._write(job))
            if wait:
                self._worker.wait()
            result = self.last_write if wait else None
        if wait and result is not None and result.error is not None:
            raise CheckpointError(explain(result.error, self.folder)) from result.error
        if wait and result is not None and result.failure is not None:
            raise result.failure
        if wait:
            self.check()
        return stall

    def _write(self, job: Any) -> WriteResult:
        result = WriteResult(step=-1)
        try:
            self.check_owner()
            result = job()
            if result.error is None and self.mirror:
                self.mirror.notify()
        except RunTakenOverError as error:
            self.taken_over = True
            self._error = error
        except Exception as error:  # training is not to end for a failed save
            result.failure = error
            self.mailbox.post(f"a save failed: {error!r}. Training goes on.", warning=True)
        self.failed = result.error is not None or result.failure is not None
        self.last_write = result
        emit(
            {
                "event": "failed" if self.failed else "saved",
                "run": self.name,
                "step": result.step,
                "time": time.time(),
                "seconds": result.seconds,
                "bytes": result.written,
            }
        )
        return result

    def check(self) -> None:
        """Show messages of the background threads; raise what stopped them for good."""
        self.mailbox.deliver()
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def prepare(self, objects: Mapping[str, Any]) -> None:
        """Allocate and touch the buffers in the background, so that the first save stalls as little
        as the later ones. Does nothing while a write is under way."""
        if not self.busy:
            snapshot = Snapshot.take(0, objects, {})
            if self._writing.allocate(snapshot):
                self._worker.submit(self._writing.touch)

    # -- restoring

    def restore(self, step: int | None = None) -> Restored | None:
        """The newest good step, or ``step``; None for a fresh run. See :class:`Restored`.

        :raises NoValidCheckpointError: there are steps, but none of them is good.
        """
        self._worker.wait()
        self.mailbox.deliver()
        places = [self.folder] + ([self.mirror.folder] if self.mirror else [])
        restored = self.store.restore(places, step)
        if restored is not None:
            self._writing.adopt(restored.content)
            emit(
                {
                    "event": "resumed",
                    "run": self.name,
                    "step": restored.checkpoint.step,
                    "time": time.time(),
                }
            )
        return restored

    def checkpoints(self) -> list[Checkpoint]:
        """The good steps, oldest first, with their metrics and where they are."""
        self._worker.wait()
        return self.store.checkpoints(self.mirror)

    def abandon_after(self, step: int) -> None:
        """Training goes on from an older step: newer ones go when the next one is saved."""
        self.store.abandon_after(step)
        if self.mirror:
            self.mirror.abandon_after(step)

    # -- ending

    def wait(self) -> None:
        """Until the write under way is durable."""
        self._worker.wait()
        self.check()

    def settle(self, mirror_seconds: float = 0.0) -> None:
        """Before the process may die: wait for the write, and for the mirror so long at most.
        Raises and shows nothing, so that a signal handler can call it."""
        self._worker.wait()
        if self.mirror and mirror_seconds:
            self.mirror.settle(mirror_seconds)

    def finish(self, timeout: float = 600.0) -> None:
        """Wait until everything is durable, also in the mirror (at most ``timeout`` seconds for
        a mirror that cannot be reached), and give the run free."""
        self.wait()
        if self.mirror:
            self.mirror.finish(timeout)
        self.mailbox.deliver()
        self.close()

    def close(self) -> None:
        """Stop without waiting for the mirror; the write under way still ends well."""
        if self._lock is None:
            return
        self._worker.wait()
        if self.mirror:
            self.mirror.close()
        self._lock.release()
        self._lock = None

    def _supersede(self) -> None:
        """The same cell run again in one kernel: the new object owns the run, the old one ends."""
        key = str(self.folder)
        old = _open_managers.get(key)
        if old is not None and old is not self:
            with contextlib.suppress(Exception):
                old.close()
        _open_managers[key] = self
