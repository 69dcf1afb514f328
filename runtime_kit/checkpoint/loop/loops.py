"""``epochs``, ``steps`` and ``batches``: ordinary loops that resume where a run stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import TypeVar

from runtime_kit.checkpoint.messages import nothing_left, say, warn
from runtime_kit.checkpoint.state.rng import RngState

from .loader import check_exactness, resume_iteration
from .loader_generators import LoaderGenerators
from .loop_exit import left_by_break
from .phase import Phase
from .position import Position
from .session import Session
from .step_boundary import check_current

Batch = TypeVar("Batch")


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
        self._told_nested = False

    def epochs(self, count: int) -> Iterator[int]:
        session = self._session
        self._begin()
        mine = self._epochs = object()
        first = session.position.epoch
        if 0 < count <= first:
            say(nothing_left(session.manager.name, f"{count} epochs", session.position.step))
        for epoch in range(first, count):
            resume = self._resume if epoch == first else None
            self._enter_epoch(epoch, resume)
            try:
                yield epoch
            except GeneratorExit:
                if self._epochs is not mine:
                    raise
                self._in_epochs = False
                if left_by_break() and session.phase != Phase.BROKEN:
                    if self._calls:
                        self._leave_epoch()
                    session.left()
                else:
                    session.broken()
                raise
            check_current(self._epochs is mine)
            self._in_epochs = False
            self._leave_epoch()
        session.end()

    def _enter_epoch(self, epoch: int, resume: Position | None) -> None:
        session = self._session
        if resume is not None:
            self._generators.resume_epoch(inside=resume.inside)
        if resume is not None and resume.inside:
            (resume.epoch_rng or resume.rng).apply()
            session.state.enter(Phase.BEFORE_LOOP)
        else:
            self._resume = None
            if resume is not None:
                resume.rng.apply()
            session.state.move(Position(step=session.position.step, epoch=epoch))
            session.boundary.mark_boundary(Phase.BEFORE_LOOP)
            session.state.begin_epoch_here()
        self._in_epochs = True
        self._calls = 0
        self._last = object()

    def _leave_epoch(self) -> None:
        """The body of an epoch is through: the next thing is the next epoch's begin."""
        position = self._session.position
        step = position.step
        if self._calls == 0 and not position.inside:
            step += 1  # an epoch without batches counts as one step
        self._session.state.move(Position(step=step, epoch=position.epoch + 1))

    def batches(self, loader: Iterable[Batch]) -> Iterator[Batch]:
        session = self._session
        if self._is_nested():
            yield from loader
            return
        if not self._in_epochs:
            if session.phase not in (Phase.AFTER_LOOP, Phase.SKIPPING) or session.synced:
                self._begin()
                self._calls = 0
            self._next_epoch_by_call()
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
            return  # complete before the checkpoint
        check_exactness(loader)
        self._generators.meet(loader, place, goes_on=resume is None or not resume.inside)
        session.state.draws_in_fetch(not getattr(loader, "num_workers", 0))
        if resume is not None and resume.inside:
            self._resume = None
            if not self._in_epochs:
                session.reload()
            session.state.move(resume.copy())
            if resume.done:
                resume.rng.apply(session.state.loaders)
                session.boundary.mark_boundary(Phase.AFTER_LOOP)
                return
            where = f"batch {resume.batch} of epoch {resume.epoch}"
            start = resume.loop_rng or resume.epoch_rng or resume.rng
            iterator = resume_iteration(
                loader, resume.batch, start, resume.rng, where, session.state.loaders
            )
        else:
            self._resume = None
            if resume is not None:
                resume.rng.apply()
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
        yield from self._iterate(iterator, finished=self._end_loop, left=self._end_loop)

    def _end_loop(self) -> None:
        self._session.state.end_loop()
        self._session.boundary.mark_boundary(Phase.AFTER_LOOP)

    def steps(self, count: int) -> Iterator[int]:
        session = self._session
        self._begin()
        if self._resume is not None:
            self._resume.rng.apply()
            self._resume = None
        session.state.draws_in_fetch(False)
        if 0 < count <= session.position.step:
            say(nothing_left(session.manager.name, f"{count} steps", session.position.step))
        numbers = takewhile(lambda step: step < count, iter(lambda: session.position.step, None))
        yield from self._iterate(numbers, finished=session.end, left=session.left)

    def _iterate(
        self, iterator: Iterator[Batch], *, finished: Callable[[], None], left: Callable[[], None]
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
                "run.batches is used within a step of another loop of the run: these batches are a "
                "part of that step and count for nothing. After a resume they start anew; where "
                "two loaders go along with each other (zip), make one that gives both."
            )
        return nested

    def _begin(self) -> None:
        self._in_epochs = False
        self._last = self._epochs = object()
        self._session.begin()
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
