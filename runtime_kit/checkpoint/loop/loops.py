"""``epochs``, ``steps`` and ``batches``: ordinary loops that resume where a run stopped."""

from __future__ import annotations

import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from types import CodeType, FrameType
from typing import Any, TypeVar

from runtime_kit.checkpoint.messages import nothing_left, say, warn
from runtime_kit.checkpoint.state.rng import RngState

from .carried import Record
from .frames import users_frame
from .loader import check_exactness, resume_iteration
from .loader_generators import LoaderGenerators
from .loop_exit import Place, closing_frame, left_by_break
from .loop_iterator import LoopIterator, length_of
from .phase import Phase
from .position import Position
from .session import Session
from .settings import data_of, tell_changed_data
from .step_boundary import check_current
from .variable_spaces import follows_directly

Batch = TypeVar("Batch")


@dataclass
class _Left:
    """A loop over batches that was left: where the code was, and what the run was then."""

    code: CodeType
    line: int
    loop_line: int
    position: Position
    variables: Record | None

    def at_once(self, frame: FrameType) -> bool:
        """The frame leaves the loop around it now, with nothing done in between."""
        if frame.f_code is not self.code:
            return False
        return frame.f_lineno == self.line or follows_directly(frame, self.loop_line)


class Loops:
    """Iterators over one :class:`Session`. A loop knows where to resume from the position that was
    loaded, until that point is reached."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._resume: Position | None = None
        self._in_epochs = False
        self._calls = 0  # of batches() in this epoch, or at the top level
        self._generators = LoaderGenerators(session.state.loaders, session.state.loaders_anew)
        self._last = object()  # the loop that began last
        self._epochs = object()
        self._stride = 1  # from one epoch's number to the next
        self._told_nested = False
        self._epoch_was_step = False  # the last epoch had no batches
        self._left: _Left | None = None  # the last loop over batches, if by break
        self._line = 0  # of the loop over batches that is running
        self._unchecked = True
        self._checked: set[Place] = set()  # where loops over batches were looked at

    def epochs(self, numbers: range) -> LoopIterator[int]:
        return self._made(lambda holder: self._epochs_generator(numbers, holder), len(numbers))

    def _made(
        self,
        generator: Callable[[list[LoopIterator[Any]]], Iterator[Any]],
        length: int | None,
        start: int | None = None,
    ) -> LoopIterator[Any]:
        """``generator`` gets a list with the iterator that it is for."""
        holder: list[LoopIterator[Any]] = []
        made = LoopIterator(self._session.variables, generator(holder), length, start)
        holder.append(made)
        return made

    def _epochs_generator(self, numbers: range, holder: list[LoopIterator[int]]) -> Iterator[int]:
        session, around = self._session, weakref.proxy(holder.pop())
        self._begin(outermost=True)
        around.check_wrappers(self._checked, "run.epochs(n)", "n")
        mine = self._epochs = object()
        self._stride = numbers.step
        left = numbers[bisect_left(numbers, session.position.epoch) :]
        around.stands_at(len(numbers) - len(left))
        if numbers and not left:
            text = f"{len(numbers)} epochs"
            say(nothing_left(session.manager.name, text, session.position.step))
            session.variables.put(session.variables.head)
            position = session.position
            if position.inside or position.epoch > numbers[-1] + numbers.step:
                session.passed()
                return
        for epoch in left:
            resume = self._resume if epoch == left[0] else None
            self._enter_epoch(epoch, resume)
            try:
                yield epoch
            except GeneratorExit:
                if self._epochs is not mine:
                    raise
                self._in_epochs = False
                if left_by_break() and session.phase != Phase.BROKEN:
                    with session.variables.asked_by(closing_frame()):
                        self._leave_epochs()
                else:
                    session.broken()
                raise
            check_current(self._epochs is mine)
            self._in_epochs = False
            self._leave_epoch()
        session.end()

    def _enter_epoch(self, epoch: int, resume: Position | None) -> None:
        session = self._session
        session.variables.loaders.begin_epoch(resumes=resume is not None)
        if resume is not None:
            self._generators.resume_epoch(inside=resume.inside)
        if resume is not None and resume.inside:
            (resume.epoch_rng or resume.rng).apply()
            session.variables.put(session.variables.head)
            session.state.enter(Phase.BEFORE_LOOP)
        else:
            self._resume = None
            if resume is not None:
                resume.rng.apply()
                session.variables.put(session.variables.head)
            session.state.move(Position(step=session.position.step, epoch=epoch))
            session.boundary.mark_boundary(Phase.BEFORE_LOOP, after_step=self._epoch_was_step)
            session.state.begin_epoch_here()
        self._in_epochs = True
        self._calls = 0
        self._last = object()

    def _leave_epoch(self) -> None:
        """The body of an epoch is through: the next thing is the next epoch's begin."""
        position = self._session.position
        step = position.step
        self._epoch_was_step = self._calls == 0 and not position.inside
        if self._epoch_was_step:
            step += 1  # an epoch without batches counts as one step
        self._session.state.move(Position(step=step, epoch=position.epoch + self._stride))

    def _leave_epochs(self) -> None:
        """The loop over epochs is left by ``break`` or ``return``. Where that happened in a loop
        over batches too, the run goes on with the next batch. In the code after it, that code runs
        again in another process: it decides anew whether to leave (early stopping does)."""
        session, frame = self._session, closing_frame()
        left, self._left = self._left, None
        if left is not None and frame is not None and left.at_once(frame):
            session.state.move(left.position)
            session.variables.stand_inside(left.position.loop, left.variables)
            session.left(session.snapshot_here())
        elif session.phase == Phase.AFTER_LOOP and self._calls:
            snapshot = session.snapshot_at_boundary()
            self._leave_epoch()
            session.left(snapshot)
        else:
            if self._calls:
                self._leave_epoch()
            session.left()

    def batches(self, loader: Iterable[Batch], start: int | None = None) -> LoopIterator[Batch]:
        """``start``: number them, from there."""
        length = length_of(loader)
        return self._made(lambda holder: self._batches_generator(loader, holder), length, start)

    def _batches_generator(
        self, loader: Iterable[Batch], holder: list[LoopIterator[Batch]]
    ) -> Iterator[Batch]:
        session, mine = self._session, weakref.proxy(holder.pop())
        if self._is_nested():
            yield from loader
            return
        if not self._in_epochs:
            if session.phase not in (Phase.AFTER_LOOP, Phase.SKIPPING) or session.synced:
                self._begin(outermost=False)
                self._calls = 0
            self._next_epoch_by_call()
        variables = session.variables
        index = self._calls
        self._calls += 1
        resume = self._resume
        place = index if self._in_epochs else self._generators.number_of(loader)
        if resume is not None and (index if self._in_epochs else session.position.epoch) < (
            resume.loop if self._in_epochs else resume.epoch
        ):
            if not self._in_epochs:
                session.state.enter(Phase.SKIPPING)
            self._generators.meet(loader, place)
            variables.loaders.meet(place, loader)
            variables.loaders.put_now(place)
            variables.put(variables.ends.get(index if self._in_epochs else 0))
            return  # complete before the checkpoint
        check_exactness(loader)
        mine.check_wrappers(self._checked, "run.batches(loader)", "loader")
        if self._unchecked:
            self._unchecked = False
            variables.check(first=True)
        self._generators.meet(loader, place, goes_on=resume is None or not resume.inside)
        variables.loaders.meet(place, loader)
        session.state.draws_in_fetch(
            not getattr(loader, "num_workers", 0), lambda: variables.loaders.keeps(place)
        )
        saved_data, data = session.state.data, data_of(loader)
        session.state.has_data(data)
        if resume is not None and resume.inside:
            self._resume = None
            session.reload(always=not self._in_epochs)
            session.state.move(resume.copy())
            if resume.done:
                variables.loaders.put_now(place)
                resume.rng.apply(session.state.loaders)
                variables.put(variables.ends.get(resume.loop))
                session.boundary.mark_boundary(Phase.AFTER_LOOP)
                return
            tell_changed_data(saved_data, data, resume.batch)
            where = f"batch {resume.batch} of epoch {resume.epoch}"
            start = resume.loop_rng or resume.epoch_rng or resume.rng
            variables.loaders.begin_inside(place)
            iterator = resume_iteration(
                loader, resume.batch, start, resume.rng, where, session.state.loaders
            )
            variables.loaders.put_now(place, all_of_them=True)
            mine.stands_at(resume.batch)
            variables.put(variables.now)
        else:
            self._resume = None
            if resume is not None:
                resume.rng.apply()
            variables.loaders.begin_loop(place)
            start = RngState.capture(session.state.loaders)
            session.state.move(
                session.position.copy(
                    batch=0,
                    loop=index if self._in_epochs else 0,
                    done=False,
                    loop_rng=start,
                    rng=start,
                    epoch_rng=session.position.epoch_rng or start,
                )
            )
            session.state.begin_loop()
            iterator = iter(loader)
        user = users_frame(variables.asking)
        self._line = user.f_lineno if user is not None else 0
        yield from self._iterate(iterator, finished=self._end_loop, left=self._leave_loop)

    def _leave_loop(self, _: bool) -> None:
        """A loop over batches was left by ``break``."""
        session, frame = self._session, closing_frame()
        if frame is not None and self._in_epochs:
            position = session.position.copy()
            if not session.state.rng_known:
                position.rng = RngState.capture(session.state.loaders)
            variables = session.variables.left_now()
            self._left = _Left(frame.f_code, frame.f_lineno, self._line, position, variables)
        self._end_loop(left=True)

    def _end_loop(self, *, left: bool = False) -> None:
        if not left:
            self._left = None
        self._session.state.end_loop()
        self._session.boundary.mark_boundary(Phase.AFTER_LOOP)

    def steps(self, numbers: range) -> LoopIterator[int]:
        return self._made(lambda holder: self._steps_generator(numbers, holder), len(numbers))

    def _steps_generator(self, numbers: range, holder: list[LoopIterator[int]]) -> Iterator[int]:
        session, around = self._session, weakref.proxy(holder.pop())
        self._begin(outermost=True)
        around.check_wrappers(self._checked, "run.steps(n)", "n")
        if session.was_left:
            session.position.rng.apply()
            session.pass_left()
            return
        if self._resume is not None:
            self._resume.rng.apply()
            session.variables.put(session.variables.now or session.variables.head)
            self._resume = None
        session.state.draws_in_fetch(False)
        base = 0
        if numbers.step == 1 and numbers:  # the numbers are those of the run's steps
            base = numbers[0]
            if session.position.step < base:
                session.state.move(session.position.copy(step=base))
        end = base + len(numbers)
        session.state.has_data({"batches": len(numbers)})
        if numbers and end <= session.position.step:
            say(nothing_left(session.manager.name, f"{end} steps", session.position.step))
            session.variables.put(session.variables.now or session.variables.head)
            if end < session.position.step:
                session.passed()
                return
        around.stands_at(session.position.step - base)
        done = takewhile(lambda step: step < end, iter(lambda: session.position.step, None))
        values = (numbers[step - base] for step in done)
        yield from self._iterate(values, finished=session.end, left=session.left_steps)

    def _iterate(
        self,
        iterator: Iterator[Batch],
        *,
        finished: Callable[[], None],
        left: Callable[[bool], None],
    ) -> Iterator[Batch]:
        """See :meth:`StepBoundary.iterate`; until another loop begins, it is the current one."""
        turn = self._last = object()
        session = self._session
        return session.boundary.iterate(
            iterator,
            current=lambda: self._last is turn,
            finished=finished,
            left=left,
            rescue=session.rescue,
            broken=session.broken,
        )

    def _is_nested(self) -> bool:
        """Batches that are asked for within a step belong to it."""
        nested = self._session.phase == Phase.STEP
        if nested and not self._told_nested:
            self._told_nested = True
            warn(
                "run.batches is used inside a step of another loop of this run. "
                "These batches belong to that step: they are not counted, and start "
                "over after a resume. To read two loaders together (zip), make one "
                "loader that returns both."
            )
        return nested

    def _begin(self, *, outermost: bool) -> None:
        self._in_epochs = False
        self._last = self._epochs = object()
        self._session.variables.begin(outermost=outermost)
        self._session.begin(outermost=outermost)
        if outermost:
            self._session.variables.check(first=True)
        self._unchecked = True
        self._resume = self._session.position.copy()
        self._generators.begin(self._resume.rng.loader)

    def _next_epoch_by_call(self) -> None:
        """Without ``epochs`` each call of ``batches`` is an epoch of its own."""
        session = self._session
        epoch = self._calls
        if self._resume is None:
            session.state.move(Position(step=session.position.step, epoch=epoch))
        else:
            session.state.move(session.position.copy(epoch=epoch))
