"""What stands between ``run.batches`` and the user's ``for``: ``enumerate``, ``zip``, ``tqdm``.

They count for themselves and begin at 0 in a new process, so after a resume they are set to the
batch that comes next. The collector finds them: they hold the iterator.
"""

from __future__ import annotations

import ctypes
import gc
import itertools
from collections.abc import Callable, Iterable, Iterator
from types import FrameType, GeneratorType
from typing import Any

from runtime_kit.checkpoint.errors import LoopError

from .frames import read_variables, write_variables

_KINDS = (enumerate, zip, itertools.islice)
_BUFFERING = tuple(
    kind
    for name in ("pairwise", "batched", "groupby", "tee", "_tee")
    if isinstance(kind := getattr(itertools, name, None), type)
)
_PLAIN: tuple[type, ...] = (
    type(iter(range(0))),
    type(iter(range(1 << 70))),
    type(iter([])),
    type(iter(())),
    type(iter("")),
    type(iter({})),
    type(iter({}.items())),
    type(iter({}.values())),
    itertools.count,
    itertools.repeat,
)


_WANTED = frozenset([*_KINDS, *_BUFFERING, GeneratorType])


class Wrappers:
    """Those around one iterator, the innermost first.

    :param frames: from the one that asks the iterator up to that of the user's loop.
    """

    def __init__(self, iterator: object, frames: Iterable[FrameType]) -> None:
        self._iterator = iterator
        self._frames = list(frames)
        self.found: list[Any] = []
        self._inner: set[int] = {id(iterator)}
        candidates: list[Any] = []
        everything = gc.get_objects()  # a million or more: in C as far as may be
        for thing in itertools.compress(
            everything, map(_WANTED.__contains__, map(type, everything))
        ):
            if type(thing) is not GeneratorType:
                candidates.append(thing)
            elif thing.gi_running and thing.gi_frame in self._frames:
                self._inner.add(id(thing))
        del everything
        more = True
        while more:
            more = False
            for thing in list(candidates):
                if any(id(held) in self._inner for held in _held(thing)):
                    candidates.remove(thing)
                    self._inner.add(id(thing))
                    self.found.append(thing)
                    more = True

    def check(self, call: str, loader: str) -> None:
        """Refuse what could not be set after a resume.

        :raises LoopError: with the line to write instead.
        """
        for thing in self.found:
            if isinstance(thing, _BUFFERING):
                raise LoopError(
                    f"{type(thing).__name__} around {call} keeps batches that a checkpoint can't "
                    f"hold. Put it inside: {call.partition('(')[0]}(itertools."
                    f"{type(thing).__name__}({loader}, ...))."
                )
            if isinstance(thing, zip):
                self._check_zip(thing, call, loader)
            if isinstance(thing, itertools.islice) and not self._asks_directly(thing):
                raise LoopError(
                    f"islice around {call} begins to count at 0 after a resume. Put it inside: "
                    f"{call.partition('(')[0]}(itertools.islice({loader}, ...))."
                )

    def _check_zip(self, thing: Any, call: str, loader: str) -> None:
        members = _members(thing)
        others = [member for member in members if id(member) not in self._inner]
        odd = next((other for other in others if not isinstance(other, _PLAIN)), None)
        if odd is not None:
            raise LoopError(
                f"zip around {call}: after a resume its {type(odd).__name__} would begin again. "
                f"Write {call.partition('(')[0]}(zip({loader}, ...)): with the loaders inside."
            )

    def _asks_directly(self, thing: Any) -> bool:
        return any(held is self._iterator for held in gc.get_referents(thing))

    def advance(self, count: int, hollow: Callable[[int], None]) -> None:
        """Set them as they are after ``count`` items.

        :param hollow: has the iterator hand out so many items at once that mean nothing.
        """
        for thing in self.found:
            if isinstance(thing, enumerate):
                _set_index(thing, count)
            elif isinstance(thing, zip):
                for member in _members(thing):
                    if id(member) not in self._inner:
                        for _ in itertools.islice(member, count):
                            pass
            elif isinstance(thing, itertools.islice):
                hollow(count)
                for _ in range(count):
                    next(thing, None)
        for frame in self._frames:
            _set_bar(frame, count)


def _held(thing: Any) -> Iterator[Any]:
    for inner in gc.get_referents(thing):
        yield inner
        if type(inner) is tuple:
            yield from inner


def _members(thing: Any) -> list[Any]:
    """The iterators of a zip."""
    return list(thing.__reduce__()[1]) if type(thing) is zip else []


def _set_index(thing: Any, count: int) -> None:
    """An enumerate's count has no setter: it is the first field of the object, which is checked."""
    index = thing.__reduce__()[1][1]
    field = ctypes.c_ssize_t.from_address(id(thing) + object.__basicsize__)
    if field.value != index:
        raise LoopError(
            "enumerate can't be set to the batch that comes next in this Python: write "
            "run.enumerate(loader) instead of enumerate(run.batches(loader))."
        )
    field.value = index + count


def _set_bar(frame: FrameType, count: int) -> None:
    """tqdm keeps its count in the frame of its own loop."""
    if frame.f_code.co_name != "__iter__" or "n" not in frame.f_code.co_varnames:
        return
    bar: Any = read_variables(frame).get("self")
    if type(bar).__module__.split(".")[0] != "tqdm" or not hasattr(bar, "last_print_n"):
        return
    bar.initial = bar.n = bar.last_print_n = count
    write_variables(frame, {"n": count, "last_print_n": count})
