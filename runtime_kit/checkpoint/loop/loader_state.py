"""What loaders keep for themselves: an epoch that a sampler counts, a generator that a data set
draws from. It comes back with the step, like the variables of the loop."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.portable import SCALARS, Freezer
from runtime_kit.checkpoint.state.put_back import Thawer

from .choice import Choice
from .loader import generators_of
from .reached import LOADER, Space, is_users_class, uncertain

Parts = list[list[Any]]  # [[path, portable value], ...]
_LIBRARIES = ("torch.utils.data", "torchvision.")
_DEEP = 6
_MANY = 200


def _is_generator(value: Any) -> bool:
    torch, numpy = module("torch"), module("numpy")
    kinds: list[Any] = [random.Random]
    kinds += [torch.Generator] if torch is not None else []
    kinds += [numpy.random.Generator, numpy.random.RandomState] if numpy is not None else []
    return isinstance(value, tuple(kinds))


def parts_of(loader: Any) -> dict[str, tuple[Any, Any]]:
    """Objects of the user's classes and random generators that a loader reads its batches with,
    with what holds each. Workers have copies of the data set, which end with them."""
    known = {id(generator) for generator in generators_of(loader)}
    found: dict[str, tuple[Any, Any]] = {}
    todo: list[tuple[str, Any, Any, int]]
    data = module("torch.utils.data")
    if data is not None and isinstance(loader, data.DataLoader):
        names = ["sampler", "batch_sampler", "collate_fn"]
        names += [] if loader.num_workers else ["dataset"]
        todo = [(name, getattr(loader, name, None), loader, 1) for name in reversed(names)]
    else:
        todo = [("loader", loader, loader, 0)]
    seen: set[int] = set()
    while todo and len(seen) < _MANY:
        path, value, owner, depth = todo.pop()
        kind: Any = type(value)
        if kind in SCALARS or id(value) in known or id(value) in seen or depth > _DEEP:
            continue
        seen.add(id(value))
        if _is_generator(value):
            found[path] = value, owner
        elif kind in (list, tuple) and len(value) <= _MANY:
            todo += [(f"{path}[{n}]", item, owner, depth + 1) for n, item in enumerate(value)]
        elif is_users_class(kind) or kind.__module__.startswith(_LIBRARIES):
            if is_users_class(kind):
                found[path] = value, value
            inner = getattr(value, "__dict__", None) or {}
            todo += [(f"{path}.{name}", item, value, depth + 1) for name, item in inner.items()]
    return found


class LoaderState:
    """By the place of a loader's loop. Until a loader is met, its place has what was saved.

    ``start`` is that of the loop that is running, as it began: a resume starts there and skips to
    the next batch.
    """

    def __init__(self, choice: Choice, freezer: Callable[[], Freezer]) -> None:
        self._choice = choice
        self._freezer = freezer
        self._loaders: dict[int, dict[str, tuple[Any, Any]]] = {}
        self._saved: dict[int, Parts] = {}
        self._start: Parts | None = None
        self._older: set[int] | None = None
        self._put: set[int] = set()

    def begin(self) -> None:
        """A top-level loop begins."""
        self._loaders.clear()
        self._put.clear()
        self._older = None

    def load(self, body: dict[str, Any]) -> None:
        """Take over what a step had."""
        self._saved = {int(place): parts for place, parts in (body.get("now") or {}).items()}
        self._start = body.get("start")

    def begin_epoch(self, *, resumes: bool) -> None:
        """Remember which objects exist, to recognise those that the epoch's code creates."""
        self._older = set(map(id, gc.get_objects())) if resumes and self._saved else None

    def to_save(self) -> dict[str, Any]:
        now = dict(self._saved)
        now.update({place: self._take(place) for place in self._loaders})
        body: dict[str, Any] = {str(place): parts for place, parts in now.items() if parts}
        return {"now": body, "start": self._start} if body or self._start else {}

    def keeps(self, place: int) -> bool:
        """The loader has a state, rather than only data that stays the same."""
        return bool(self._take(place))

    def meet(self, place: int, loader: Any) -> None:
        """``loader`` is that of the loop at ``place``."""
        self._loaders[place] = parts_of(loader)
        self._choice.look()
        self._take(place)  # later changes are found by comparing with this

    def begin_loop(self, place: int) -> None:
        """The loop begins with its first batch."""
        self.put_now(place)
        self._start = self._take(place)

    def begin_inside(self, place: int) -> None:
        """The loop resumes in the middle; its loader starts as the loop did."""
        if place not in self._saved:  # it was left in this process
            for path, node in self._start or []:
                self._note(place, path, node)
            self._saved[place] = self._take(place)
        self._put_parts(place, self._start or [], all_of_them=True)

    def put_now(self, place: int, *, all_of_them: bool = False) -> None:
        """As when the step was saved. Of what several loaders share, once."""
        self._put_parts(place, self._saved.pop(place, []), all_of_them=all_of_them)

    def _put_parts(self, place: int, parts: Parts, *, all_of_them: bool) -> None:
        thawer = Thawer()
        there = self._loaders.get(place, {})
        for path, node in parts:
            value, owner = there.get(path, (None, None))
            older = self._older is None or id(owner) in self._older
            if value is None or not (all_of_them or (older and id(value) not in self._put)):
                thawer.thaw_if_possible(node, path)
                continue
            thawer.thaw(node, value, path, in_place=True)
            self._note(place, path, node)
            self._put.add(id(value))

    def _note(self, place: int, path: str, node: Any) -> None:
        attributes = [name for name, _ in node[2]] if node[0] == "object" else []
        self._choice.note_put(f"{LOADER}{place}", path, attributes)

    def _take(self, place: int) -> Parts:
        return [[path, node[0]] for path, node in self._nodes(place) if node is not None]

    def _nodes(self, place: int) -> Iterator[tuple[str, Any]]:
        freezer = self._freezer()
        for path, (value, _) in self._loaders[place].items():
            space = Space(f"{LOADER}{place}", {path: value}, lambda new: None, {}, {})
            yield path, self._choice.take(freezer, space, uncertain(path))
