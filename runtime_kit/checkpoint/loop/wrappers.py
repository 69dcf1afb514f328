"""What stands between ``run.batches`` and the user's ``for``: ``enumerate``, ``zip``, ``tqdm``.

They count for themselves and begin at 0 in a new process, so after a resume they are set to the
batch that comes next. The collector finds them: they hold the iterator.
"""

from __future__ import annotations

import ctypes
import gc
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import FrameType, GeneratorType
from typing import Any

from runtime_kit.checkpoint.errors import LoopError

from .cycle import Cycle
from .frames import is_users, read_variables, write_variables
from .variable_spaces import yields_each

_COUNTING = (enumerate, zip, map, itertools.islice)  # in step with the iterator
_PASSING = (itertools.starmap, itertools.takewhile)  # each item, one by one
_LOSSY = (filter, itertools.filterfalse, itertools.dropwhile, itertools.chain, itertools.compress)
_BUFFERING = tuple(
    kind
    for name in (
        "pairwise",
        "batched",
        "groupby",
        "tee",
        "_tee",
        "cycle",
        "accumulate",
        "zip_longest",
        "product",
    )
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


_WANTED = frozenset([*_COUNTING, *_PASSING, *_LOSSY, *_BUFFERING, GeneratorType])


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
        generators: dict[int, Any] = {}
        everything = gc.get_objects()  # a million or more: in C as far as may be
        for thing in itertools.compress(
            everything, map(_WANTED.__contains__, map(type, everything))
        ):
            if type(thing) is not GeneratorType:
                candidates.append(thing)
            elif thing.gi_running:
                generators[id(thing.gi_frame)] = thing
        del everything
        self._grow(candidates)
        for frame in self._frames:
            generator = generators.get(id(frame))
            if generator is not None:
                self._inner.add(id(generator))
                self.found.append(generator)
                self._grow(candidates)

    def _grow(self, candidates: list[Any]) -> None:
        more = True
        while more:
            more = False
            for thing in list(candidates):
                if any(id(held) in self._inner for held in _held(thing)):
                    candidates.remove(thing)
                    self._inner.add(id(thing))
                    self.found.append(thing)
                    more = True

    @property
    def may_end_it(self) -> bool:
        """The loop may end although the iterator has more."""
        return any(
            is_users(thing.gi_code)
            if isinstance(thing, GeneratorType)
            else isinstance(thing, (zip, map, itertools.islice, itertools.takewhile))
            for thing in self.found
        )

    def check(self, call: str, inside: str) -> None:
        """Refuse what could not be set after a resume.

        :param inside: what ``call`` has in its parentheses.
        :raises LoopError: with the line to write instead.
        """
        name = call.partition("(")[0]
        lossy = ""
        for thing in self.found:
            kind = type(thing).__name__
            if isinstance(thing, GeneratorType):
                frame: Any = thing.gi_frame
                own = is_users(thing.gi_code) and not yields_each(frame)
                lossy = f"{thing.gi_code.co_name}()" if own else lossy
            elif isinstance(thing, _LOSSY):
                lossy = kind
            elif isinstance(thing, _BUFFERING):
                raise LoopError(
                    f"{kind} around {call} keeps items that a checkpoint can't hold. Put it "
                    f"inside: {name}(itertools.{kind}({inside}, ...))."
                )
            elif isinstance(thing, _COUNTING):
                members = _members(thing)
                if lossy and (isinstance(thing, (enumerate, itertools.islice)) or members[1:]):
                    raise LoopError(
                        f"{kind} around {lossy} around {call}: how many items {lossy} has let "
                        "through is not known after a resume. Count in a variable of the loop: "
                        "i = 0 before it, i += 1 in it."
                    )
                if members[1:]:
                    instead = f"{name}({kind}({inside}, ...)), with the loaders inside"
                    if inside == "n":
                        instead = f"{kind}({call}, run.cycle(loader)) to read a loader beside it"
                    self._check_others(thing, members, call, instead)
                if isinstance(thing, itertools.islice) and not self._asks_directly(thing):
                    raise LoopError(
                        f"islice around {call} begins to count at 0 after a resume. Put it inside: "
                        f"{name}(itertools.islice({inside}, ...))."
                    )

    def _check_others(self, thing: Any, members: list[Any], call: str, instead: str) -> None:
        kind = type(thing).__name__
        own = next((n for n, member in enumerate(members) if id(member) in self._inner), 0)
        for number, other in enumerate(members):
            if id(other) in self._inner or isinstance(other, itertools.repeat):
                continue
            if not isinstance(other, (*_PLAIN, Cycle)):
                raise LoopError(
                    f"{kind} around {call}: after a resume its {type(other).__name__} would begin "
                    f"again. Write {instead}."
                )
            if number < own and (type(thing) is map or isinstance(other, Cycle)):
                raise LoopError(
                    f"{kind} around {call}: what stands before it can't be set to its place after "
                    f"a resume. Write {call} first: {kind}({call}, ...)."
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
            elif isinstance(thing, (zip, map)):
                self._advance_others(thing, count)
            elif isinstance(thing, itertools.islice):
                hollow(count)
                for _ in range(count):
                    next(thing, None)
        for frame in self._frames:
            _set_bar(frame, count)

    def _advance_others(self, thing: Any, count: int) -> None:
        before = True
        for number, member in enumerate(_members(thing)):
            if id(member) in self._inner:
                before = False
            elif not isinstance(member, Cycle) and count:
                items = deque(itertools.islice(member, count), maxlen=1)
                if before and items:  # it has handed out its first item already
                    _set_item(thing, number, items[0])


def _held(thing: Any) -> Iterator[Any]:
    for inner in gc.get_referents(thing):
        yield inner
        if type(inner) is tuple:
            yield from inner


def _members(thing: Any) -> list[Any]:
    """The iterators of a zip or map."""
    if type(thing) not in (zip, map):
        return []
    return list(thing.__reduce__()[1])[1 if type(thing) is map else 0 :]


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


def _set_item(thing: Any, number: int, item: Any) -> None:
    """A zip gathers its items in a tuple that it holds, which has no setter either."""
    inside = thing.__reduce__()[1]
    for made in gc.get_referents(thing):
        if type(made) is tuple and made is not inside and len(made) == len(inside):
            address = id(made) + tuple.__basicsize__ + number * tuple.__itemsize__
            field = ctypes.c_ssize_t.from_address(address)
            old = made[number]
            if field.value == id(old):
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(item))
                field.value = id(item)
                ctypes.pythonapi.Py_DecRef(ctypes.py_object(old))
                return
    raise LoopError(
        "zip can't be set to the batch that comes next in this Python: write run.batches(loader) "
        "first, as in zip(run.batches(loader), ...)."
    )


def _set_bar(frame: FrameType, count: int) -> None:
    """tqdm keeps its count in the frame of its own loop."""
    if frame.f_code.co_name != "__iter__" or "n" not in frame.f_code.co_varnames:
        return
    bar: Any = read_variables(frame).get("self")
    if type(bar).__module__.split(".")[0] != "tqdm" or not hasattr(bar, "last_print_n"):
        return
    bar.initial = bar.n = bar.last_print_n = count
    write_variables(frame, {"n": count, "last_print_n": count})
