"""The ends of steps and loops, where the state is whole: what happens there."""

from __future__ import annotations

import time
from collections.abc import Callable

from runtime_kit.checkpoint.state.rng import RngState

from .phase import Phase
from .protocol import Manager
from .schedule import Schedule
from .snapshot_taker import Saver
from .stopping import Stopping

_CAPTURE_EVERY = 0.01  # seconds


class Boundary:
    """A boundary is a point at which a step is complete and the next one has not begun.

    :param stepped: called once a step is complete.
    """

    def __init__(
        self,
        manager: Manager,
        schedule: Schedule,
        saver: Saver,
        stopping: Stopping,
        stepped: Callable[[], None],
    ) -> None:
        self._manager = manager
        self._schedule = schedule
        self._saver = saver
        self._tracked = saver.tracked
        self._stopping = stopping
        self._stepped = stepped
        self._clock = self._captured = self._installed = time.perf_counter()
        self._first = True

    def begin(self) -> None:
        """A top-level loop starts."""
        self._first = True

    def begin_loop(self) -> None:
        self._saver.begin_loop()
        self._saver.phase = Phase.FETCH
        self._clock = time.perf_counter()

    def begin_step(self) -> None:
        self._saver.forget_edge()
        self._tracked.begin_batch()
        self._saver.phase = Phase.STEP

    def complete_step(self) -> None:
        """The user's code asks for the next batch: the last one is done."""
        with self._stopping.engine():
            now = time.perf_counter()
            self._schedule.measured(now - self._clock, self._manager.working)
            position = self._saver.position
            position.step += 1
            position.batch += 1
            self._saver.rng_known = False
            if now - self._captured > _CAPTURE_EVERY:
                self._capture()
            self._saver.phase = Phase.FETCH
            self._stepped()
            self._reached()
            self._clock = time.perf_counter()

    @property
    def step_is_done(self) -> bool:
        """The tracked optimizer has stepped since the batch was handed out."""
        return self._tracked.watches and self._tracked.clean

    def left_step(self) -> None:
        """A loop was left by ``break`` in a step. It counts if the tracked optimizer stepped; where
        there is none that cannot be known, and asking for the next batch is what completes one."""
        if self.step_is_done:
            self.complete_step()
        else:
            self._saver.forget_saved()  # more may have been done than what was saved

    def mark_edge(self, phase: Phase) -> None:
        """A loop has ended or an epoch begins: keep what is needed to save this very moment."""
        saver = self._saver
        with self._stopping.engine():
            saver.phase = phase
            saver.position.rng = RngState.capture(saver.loaders)
            if phase == Phase.HEAD:
                saver.epoch_counted = False
                if self._manager.agree(saver.wanted)[0]:
                    saver.save_live()
            saver.remember_edge()

    def _capture(self) -> None:
        """Know the generators of this boundary. Asking for NumPy's takes 60 microseconds, so short
        steps do it only now and then, and where it is needed."""
        saver = self._saver
        if not saver.rng_known:
            saver.position.rng = RngState.capture(saver.loaders)
            saver.rng_known = True
            self._captured = time.perf_counter()

    def _reached(self) -> None:
        """Save here if that is due, and let a signal that waits be dealt with."""
        saver, stopping, manager = self._saver, self._stopping, self._manager
        if self._clock - self._installed > 1.0:  # a cell may have put its own handlers in place
            self._installed = self._clock
            stopping.install()
        manager.check()
        saver.note_write()
        if manager.stopped:
            return
        step, clean = saver.position.step, self._tracked.clean
        due = clean and self._schedule.due(step, failing=manager.failed)
        due = due or (saver.wanted and (clean or not manager.collective))
        agreed, signal = manager.agree(due, max(stopping.pending, default=0))
        if signal and manager.collective:
            if clean:
                self._capture()
                stopping.pending = [signal]
                stopping.agreed = True
            return
        if stopping.pending:
            self._capture()
            return
        if self._first:
            self._first = False
            manager.prepare(self._tracked.objects)
        if agreed and not saver.has(step):
            self._capture()
            saver.save_live()
