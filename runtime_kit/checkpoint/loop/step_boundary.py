"""The points at which a step is complete and the next one has not begun."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from runtime_kit.checkpoint.errors import CheckpointError

from .carried import CarriedVariables
from .loop_exit import asked_from, closing_frame, is_at_break, left_by_break
from .loop_state import LoopState
from .phase import Phase
from .protocol import Manager
from .schedule import Schedule
from .snapshot_taker import SnapshotTaker
from .stopping import Stopping

Batch = TypeVar("Batch")

_CAPTURE_EVERY = 0.01  # seconds
_PUT_OFF = 64  # boundaries at which gradients wait, at most


class StepBoundary:
    """Hands out the batches of a loop; saves, or lets a signal stop the training, in between.

    :param stepped: called once a step is complete.
    """

    def __init__(
        self,
        manager: Manager,
        schedule: Schedule,
        state: LoopState,
        taker: SnapshotTaker,
        stopping: Stopping,
        stepped: Callable[[], None],
        variables: CarriedVariables,
    ) -> None:
        self._manager = manager
        self._schedule = schedule
        self._state = state
        self._taker = taker
        self._tracked = taker.tracked
        self._stopping = stopping
        self._stepped = stepped
        self._variables = variables
        self._clock = self._captured = self._installed = time.perf_counter()
        self._first = self._second = True
        self._put_off = self._looked = 0
        self._ever_clean = False

    def begin(self) -> None:
        """A top-level loop starts."""
        self._first = self._second = True

    def iterate(
        self,
        iterator: Iterator[Batch],
        *,
        current: Callable[[], bool],
        finished: Callable[[], None],
        left: Callable[[bool], None],
        rescue: Callable[[], None],
        broken: Callable[[], None],
    ) -> Iterator[Batch]:
        """Asking for the next batch completes the step of the last one.

        :param current: False once another loop of the run has begun. What becomes of this one's
            iterator, which a variable may have kept, concerns nobody then.
        :param finished: the loop has run to its end.
        :param left: it was left by ``break``; True where that is certain, False where something
            around it (``zip``) has ended, or failed.
        :param rescue: the loader failed; the last step is whole.
        :param broken: the loop was left by an error.
        :raises CheckpointError: the loop goes on after another one has begun.
        """
        self._begin_loop()
        while True:
            self._state.begin_fetch()
            try:
                batch = next(iterator)
            except StopIteration:
                break
            except BaseException:
                if current():
                    rescue()
                raise
            self._begin_step()
            asked = asked_from()
            try:
                yield batch
            except GeneratorExit:
                orderly = left_by_break(asked if self._step_is_done else None)
                certain = is_at_break()
                if current() and orderly:
                    with self._variables.asked_by(closing_frame()), self._stopping.engine():
                        self._left_step()
                        left(certain)  # before anything is saved: no other batch follows
                elif current():
                    broken()
                raise
            check_current(current())
            self._complete_step()
        finished()

    def mark_boundary(self, phase: Phase, *, after_step: bool = False) -> None:
        """A loop has ended or an epoch begins: keep what is needed to save this very moment.

        :param after_step: the epoch before had no batches and was one step, so a save may be due.
        """
        with self._stopping.engine():
            self._state.enter(phase)
            self._state.capture_rng()
            if phase == Phase.AFTER_LOOP:
                self._taker.mark_end()
            if phase == Phase.BEFORE_LOOP:
                self._taker.mark_head()
                self._tracked.begin_epoch()
                self._state.begin_epoch()
                due = after_step and self._schedule.due(
                    self._state.position.step, failing=self._manager.failed
                )
                if self._manager.agree(self._state.wanted or due)[0]:
                    self._taker.save_live()
            self._taker.remember_boundary()

    def _begin_loop(self) -> None:
        self._state.begin_loop()
        self._clock = time.perf_counter()

    def _begin_step(self) -> None:
        self._taker.forget_boundary()
        self._tracked.gradients.begin_batch()
        self._state.enter(Phase.STEP)

    def _complete_step(self) -> None:
        """The user's code asks for the next batch: the last one is done."""
        with self._stopping.engine():
            self._count_step()
            self._reached()
            self._clock = time.perf_counter()

    def _count_step(self) -> None:
        now = time.perf_counter()
        if not self._manager.saving_interim:
            self._schedule.measured(now - self._clock, self._manager.working)
        self._state.complete_step()
        if now - self._captured > _CAPTURE_EVERY:
            self._capture()
        self._state.enter(Phase.FETCH)
        if self._second:
            self._second = False
            self._variables.check(first=False)
        self._stepped()

    @property
    def _step_is_done(self) -> bool:
        """The tracked optimizer has stepped since the batch was handed out."""
        return self._tracked.gradients.step_is_done

    def _left_step(self) -> None:
        """A loop was left by ``break`` in a step. It counts if the tracked optimizer stepped; where
        there is none that cannot be known, and asking for the next batch is what completes one."""
        if self._step_is_done:
            self._count_step()
        else:
            self._taker.forget_saved()  # more may have been done than what was saved

    def _capture(self) -> None:
        """Know the generators of this boundary. Asking for NumPy's takes 60 microseconds, so short
        steps do it only now and then, and where it is needed."""
        if self._state.know_rng():
            self._captured = time.perf_counter()

    def _reached(self) -> None:
        """Save here if that is due, and let a signal that waits be dealt with."""
        state, stopping, manager = self._state, self._stopping, self._manager
        if self._clock - self._installed > 1.0:  # a cell may have put its own handlers in place
            self._installed = self._clock
            stopping.install()
        manager.check()
        self._taker.note_write()
        if manager.stopped:
            return
        step, gradients = state.position.step, self._tracked.gradients
        due = self._schedule.due(step, failing=manager.failed)
        look = not self._ever_clean and self._looked < _PUT_OFF
        interim = not due and self._taker.interim.due() and manager.interim_possible
        ask = look or due or interim or state.wanted or stopping.signal
        clean = gradients.clean if ask else True
        if look:
            self._looked += 1
            self._ever_clean = clean
        # Gradients make a save larger, so it waits for their step, unless some wait at each
        # boundary: a loop that clears them at its begin.
        self._put_off = self._put_off + 1 if due and not clean else 0
        patient = self._ever_clean and self._put_off <= _PUT_OFF
        due = due and (clean or not (patient or manager.collective))
        due = due or (state.wanted and (clean or not manager.collective))
        agreed, signal = manager.agree(due, stopping.signal)
        if signal and manager.collective:
            if clean:
                self._capture()
                stopping.agree(signal)
            return
        if stopping.signal:
            self._capture()
            return
        if self._first:
            self._first = False
            manager.prepare(self._tracked.objects)
        if agreed and not self._taker.has(step):
            self._capture()
            self._taker.save_live()
        elif interim and (clean or not (self._ever_clean or look)) and not self._taker.has(step):
            self._capture()
            self._taker.save_interim()


def check_current(current: bool) -> None:
    """A loop may go on only while no other one of its run has begun."""
    if not current:
        raise CheckpointError(
            "Another loop started on this run. Only one can be active. "
            "Run each loop to its end, or leave it with break, before the next one starts."
        )
