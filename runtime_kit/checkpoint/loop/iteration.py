"""Hands out the batches of one loop, and tells what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from runtime_kit.checkpoint.errors import CheckpointError

from .loop_exit import asked_from, left_by_break
from .session import Session

Batch = TypeVar("Batch")


def iterate(
    session: Session,
    iterator: Iterator[Batch],
    *,
    current: Callable[[], bool],
    finished: Callable[[], None],
    left: Callable[[], None],
) -> Iterator[Batch]:
    """Asking for the next batch completes the step of the last one.

    :param current: False once another loop of the run has begun. What becomes of this one's
        iterator, which a variable may have kept, concerns nobody then.
    :param finished: the loop has run to its end.
    :param left: it was left by ``break``.
    :raises CheckpointError: the loop goes on after another one has begun.
    """
    boundary = session.boundary
    boundary.begin_loop()
    while True:
        try:
            batch = next(iterator)
        except StopIteration:
            break
        except BaseException:
            if current():
                session.rescue()  # the last step is whole, whatever befell the loader
            raise
        boundary.begin_step()
        asked = asked_from()
        try:
            yield batch
        except GeneratorExit:
            if current():
                if left_by_break(asked if boundary.step_is_done else None):
                    boundary.left_step()
                    left()
                else:
                    session.broken()
            raise
        check_current(current())
        boundary.complete_step()
    finished()


def check_current(current: bool) -> None:
    """A loop may go on only while no other one of its run has begun."""
    if not current:
        raise CheckpointError(
            "another loop of this run has begun meanwhile, so this one cannot go on: loops of one "
            "run follow each other. Run each cell with a loop to its end, or leave it by break."
        )
