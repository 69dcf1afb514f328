"""The moving parts of a run: where it stands, what is tracked, when it saves, how it stops."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

from .edge import Edge
from .errors import CannotStoreError, CheckpointError
from .interrupts import Interrupts
from .manager import CheckpointManager
from .messages import resumed_line, say
from .metrics import Metrics
from .position import Position
from .restored import Restored
from .rng import RngState
from .schedule import Schedule
from .snapshot import Snapshot
from .tracking import Tracked

IDLE, HEAD, FETCH, STEP, EDGE, BROKEN = "idle", "head", "fetch", "step", "edge", "broken"


class Session:
    """Saves at boundaries: points at which a step is complete and the next one has not begun.

    ``phase`` says what the user's code is doing: nothing (idle), the part of an epoch before a
    loop (head), waiting for a batch (fetch), a step, the part after a loop (edge), or it was left
    by an error (broken).
    """

    def __init__(self, manager: CheckpointManager, schedule: Schedule) -> None:
        self.manager = manager
        self.schedule = schedule
        self.tracked = Tracked()
        self.metrics = Metrics(manager.store.best)
        self.position = Position()
        self.phase = IDLE
        self.resumed_from: int | None = None
        self.synced = False  # memory is what the position says
        self.wanted = False  # save at the next boundary, whatever the schedule says
        self.loaders: list[Any] = []
        self._edge: Edge | None = None
        self._saved: tuple[Any, ...] | None = None
        self._restored: Restored | None = None
        self._interrupts = Interrupts(self._on_signal)
        self._pending: list[int] = []
        self._engine_depth = 0
        self._clock = time.perf_counter()
        self._boundaries = 0

    # -- boundaries

    def complete_step(self) -> None:
        """The user's code asks for the next batch: the last one is done."""
        with self.engine():
            now = time.perf_counter()
            self.schedule.measured(now - self._clock, self.manager.busy)
            self.position.step += 1
            self.position.batch += 1
            self.position.rng = RngState.capture(self.loaders)
            self.phase = FETCH
            self._restored = None
            self._boundary()
            self._clock = time.perf_counter()

    def mark_edge(self, phase: str) -> None:
        """A loop has ended or an epoch begins: keep what is needed to save this very moment."""
        with self.engine():
            self.phase = phase
            self.position.rng = RngState.capture(self.loaders)
            self._edge = Edge(self._live())
            if phase == HEAD and self.wanted and self.position.step:
                self._save(self._live())

    def begin_loop(self) -> None:
        self.phase = FETCH
        self._clock = time.perf_counter()

    def begin_step(self) -> None:
        self.tracked.begin_batch()
        self.phase = STEP

    def _boundary(self) -> None:
        self._interrupts.install()
        self.manager.check()
        self._boundaries += 1
        self._note_write()
        if self._boundaries == 1 and not self._pending:
            self.manager.prepare(self.tracked.objects)
        saved = self._saved is not None and self._saved[0] == self.position.step
        if self._pending or self.manager.stopped:
            return
        due = self.wanted or self.schedule.due(self.position.step)
        if due and not saved and (self.tracked.clean or self.wanted):
            self._save(self._live())

    def _note_write(self) -> None:
        if not self.manager.busy and self.manager.last_write is not None:
            self.schedule.written(self.manager.last_write.seconds)
            self.manager.last_write = None

    # -- saving

    def save(self, *, wait: bool = False) -> None:
        """Save now, wherever the user's code is."""
        with self.engine():
            snapshot: Snapshot | None
            if self.phase == STEP:
                self.tracked.clean = True
                counted = self.position.copy(
                    step=self.position.step + 1,
                    batch=self.position.batch + 1,
                    rng=RngState.capture(self.loaders),
                )
                snapshot = self._live(counted)
            else:
                snapshot = self.now()
            if snapshot is None:
                raise CheckpointError(
                    "the last step was left by an error, so there is nothing whole to save: "
                    "run the loop again, it resumes from the newest checkpoint."
                )
            self._save(snapshot, wait=wait)

    def save_final(self) -> None:
        """Make the newest whole state durable, if it is not yet."""
        with self.engine():
            self.manager.wait()
            snapshot = self.now()
            if snapshot is None:
                say(f"step {self.position.step + 1} was left by an error and is not saved.")
            elif self.tracked.objects and self._key(snapshot.body) != self._saved:
                self._save(snapshot, wait=True)

    def now(self) -> Snapshot | None:
        """The whole state that is nearest to this moment; None if there is none."""
        if self.phase in (IDLE, FETCH):
            if self.phase == IDLE:
                self.position.rng = RngState.capture(self.loaders)
            return self._live()
        if self.phase in (HEAD, EDGE, BROKEN) and self._edge is not None:
            snapshot = self._edge.snapshot()
            if snapshot is not None:
                snapshot.body.update(self.metrics.to_json())
            return snapshot
        return None

    def _live(self, position: Position | None = None) -> Snapshot:
        position = position or self.position
        about = {**position.to_json(), **self.metrics.to_json()}
        return Snapshot.take(position.step, self.tracked.to_save(), about)

    def _save(self, snapshot: Snapshot, *, wait: bool = False) -> None:
        try:
            stall = self.manager.save_snapshot(snapshot, wait=wait)
        except CannotStoreError as error:
            if self._saved is None or wait:
                raise
            self.manager.mailbox.post(f"not saved: {error}", warning=True)
            return
        self.wanted = False
        self._saved = self._key(snapshot.body)
        self.schedule.saved(snapshot.step, stall)

    @staticmethod
    def _key(body: dict[str, Any]) -> tuple[Any, ...]:
        """What tells two saves of one step apart: position in the epoch and what was logged."""
        loop = body.get("loop") or {}
        return (
            body["step"],
            body.get("epoch"),
            body.get("batch"),
            loop.get("index"),
            loop.get("done"),
            str(body.get("metrics")),
        )

    # -- beginning and ending

    def begin(self) -> None:
        """A top-level loop starts: the newest checkpoint is loaded unless memory is just that."""
        with self.engine():
            self.manager.open()
            if not self.synced:
                self._announce(self.restore(None))
            self.synced = False
            self.manager.abandon_after(self.position.step)
            self.tracked.watch()
            self._live()  # what cannot be stored is refused before training is spent on it
            self.schedule.begin(self.position.step)
            self._boundaries = 0
            self._interrupts.install()

    def _announce(self, restored: Restored | None) -> None:
        if restored is not None:
            say(resumed_line(self.manager.name, restored))

    def end(self) -> None:
        """A top-level loop has run to its end."""
        with self.engine():
            self.phase = IDLE
            self.synced = True
            self._note_write()
            self.position.rng = RngState.capture(self.loaders)
            snapshot = self._live()
            if self._key(snapshot.body) != self._saved and not self.manager.stopped:
                self._save(snapshot)
        self._interrupts.uninstall()

    def broken(self) -> None:
        """A loop was left by an error."""
        self.phase = BROKEN
        self._interrupts.uninstall()

    def close(self) -> None:
        self._interrupts.uninstall()
        self.tracked.unwatch()

    def restore(self, step: int | None) -> Any:
        """Load a checkpoint into what is tracked; None (and nothing changed) for a fresh run."""
        restored = self.manager.restore(step)
        self._edge = None
        self._saved = None
        self.phase = IDLE
        self.synced = True
        if restored is None:
            self.position = Position(rng=RngState.capture())
            return None
        self.tracked.load(restored)
        self.metrics.from_json(restored.body)
        self.position = Position.from_json(restored.body)
        self.resumed_from = restored.checkpoint.step
        self.position.rng.apply()
        self._saved = self._key(restored.body)
        self._restored = restored
        return restored

    def reload(self) -> None:
        """Once more, at the point of resumption: the user's own loop ran code on the way there."""
        if self._restored is not None:
            self._restored.__dict__.pop("state", None)
            self.tracked.load(self._restored)
            self.metrics.from_json(self._restored.body)
            self._restored = None

    # -- signals

    @contextlib.contextmanager
    def engine(self) -> Iterator[None]:
        """Engine code runs to its end before a signal is dealt with."""
        self._engine_depth += 1
        try:
            yield
        finally:
            self._engine_depth -= 1
        if self._engine_depth == 0 and self._pending and self.phase != STEP:
            self._stop()

    def _on_signal(self, number: int) -> None:
        again = number in self._pending
        if not again:
            self._pending.append(number)
        if self._engine_depth:
            return
        if self.phase != STEP:
            self._stop()
        elif again:
            self._pending.clear()
            self._interrupts.deliver(number)
        else:
            timer = threading.Timer(1.0, self._explain_wait)
            timer.daemon = True
            timer.start()

    def _explain_wait(self) -> None:
        if self._pending and self.phase == STEP:
            say("stopping: this step is finished and saved first (interrupt again to stop now).")

    def _stop(self) -> None:
        """Save what is whole, then let the signal do what it does."""
        number = self._pending[0]
        self._engine_depth += 1
        try:
            snapshot = self.now() if self.phase != IDLE else None
            if snapshot is not None and self._key(snapshot.body) != self._saved:
                try:
                    self._save(snapshot, wait=True)
                except CheckpointError as error:
                    self.manager.mailbox.post(f"not saved at the stop: {error}", warning=True)
            else:
                self.manager.settle()
            if number != signal.SIGINT:
                # The process ends now, so the mirror gets what time there is.
                self.manager.settle(25.0)
        finally:
            self._engine_depth -= 1
            self._pending.clear()
            self.phase = BROKEN
        step = self.manager.store.newest()
        if step is not None:
            threading.Thread(target=say, args=(f"stopped; step {step} is saved.",)).start()
        self._interrupts.deliver(number)
