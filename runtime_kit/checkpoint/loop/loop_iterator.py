"""What ``run.epochs``, ``run.steps`` and ``run.batches`` give: an iterator that knows whose loop it
is in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, Generic, TypeVar

from runtime_kit.checkpoint.errors import LoopError

from .asking_call import asking_call
from .carried import CarriedVariables, consumers
from .frames import library_frames, users_frame
from .loop_exit import Place
from .variable_spaces import is_plain_loop, loops_around
from .wrappers import Wrappers

Item = TypeVar("Item")
_GATHERING = ("list", "tuple", "set", "frozenset", "dict", "sum", "sorted", "max", "min", "deque")


class LoopIterator(Iterator[Item], Generic[Item]):
    """Hands out what ``generator`` yields. ``len()`` is that of the whole loop, also after a resume
    in the middle of it, as ``tqdm`` wants it. With ``start`` the items are numbered, from there."""

    def __init__(
        self,
        variables: CarriedVariables,
        generator: Iterator[Item],
        length: int | None,
        start: int | None = None,
    ) -> None:
        self._variables = variables
        self._generator = generator
        self._length = length
        self._hollow = 0
        self._number = start
        self._asked_by_next: Place | None = None

    def __iter__(self) -> LoopIterator[Item]:
        return self

    def __next__(self) -> Item:
        if self._hollow:
            self._hollow -= 1
            return None  # type: ignore[return-value]
        variables = self._variables
        before, variables.asking = variables.asking, sys._getframe(1)
        if self._asked_by_next is not None:
            self._check_next(users_frame(variables.asking))
        try:
            item = next(self._generator)
        finally:
            variables.asking = before
        if self._number is None:
            return item
        self._number += 1
        return self._number - 1, item  # type: ignore[return-value]

    def __len__(self) -> int:
        if self._length is None:
            raise TypeError("the loader has no len()")
        return self._length

    def __bool__(self) -> bool:
        return True

    def __length_hint__(self) -> int:
        return self._length or 0

    def close(self) -> None:
        """Leave the loop."""
        self._generator.close()  # type: ignore[attr-defined]

    # -- what stands around it

    def check_wrappers(self, checked: set[Place], call: str, inside: str) -> None:
        """Look once at each place of the code what is around the iterator.

        :param call: how it was made, such as ``run.batches(loader)``, with ``inside`` in it.
        :raises LoopError: what could not be set to its place after a resume.
        """
        frame = self._variables.asking
        user = users_frame(frame)
        if frame is None or user is None or (user.f_code, user.f_lasti) in checked:
            return
        checked.add((user.f_code, user.f_lasti))
        if frame is user and is_plain_loop(frame):
            return
        if inside == "loader":
            self._check_asking(user, call, direct=frame is user)
        for asking in consumers(user):
            self._check_asking(asking, f"{user.f_code.co_name}()", direct=True)
        wrappers = self._wrappers()
        wrappers.check(call, inside)
        if wrappers.may_end_it:
            self._variables.ended_by_others.add((user.f_code, user.f_lasti))

    def _check_asking(self, frame: FrameType, call: str, *, direct: bool) -> None:
        name, dropped = asking_call(frame)
        if name == "next" or name.endswith(".__next__"):
            if call.startswith("run."):
                self._asked_by_next = (frame.f_code, frame.f_lasti)
                self._check_next(frame)
        elif name and not dropped and (direct or name in _GATHERING):
            raise LoopError(
                f"{name} takes all items of {call} before the first one is used, and what it has "
                "gathered is out of reach after a resume. Write a for loop."
            )

    def _check_next(self, frame: FrameType | None) -> None:
        """``next`` at one place of a loop is as good as a ``for``. At several, a batch is fetched
        ahead, and the step that was begun last is not the one that is done."""
        if frame is None:
            return
        if (frame.f_code, frame.f_lasti) != self._asked_by_next or not loops_around(frame):
            raise LoopError(
                "next(...) on run.batches(loader) where no loop asks for each batch can't resume. "
                "Write for batch in run.batches(loader), or use next(...) on run.cycle(loader) in "
                "a loop over run.steps(n)."
            )

    def _wrappers(self) -> Wrappers:
        frame = self._variables.asking
        frames = library_frames(frame)
        user = users_frame(frame)
        while user is not None and len(frames) < 20:
            frames.append(user)
            user = user.f_back
        return Wrappers(self, frames)

    def stands_at(self, count: int) -> None:
        """``count`` items were handed out before the resume: those around it go on from there."""
        if self._number is not None:
            self._number += count
        frame = self._variables.asking
        plain = frame is not None and frame is users_frame(frame) and is_plain_loop(frame)
        if count and not plain:
            self._wrappers().advance(count, self._hand_out_hollow)

    def _hand_out_hollow(self, count: int) -> None:
        self._hollow = count


def length_of(loader: Any) -> int | None:
    """``len(loader)``, where it has one."""
    try:
        return len(loader)
    except TypeError:
        return None
