"""Puts portable values back into the variables and objects of the live program."""

from __future__ import annotations

import copy
import datetime
import enum
import itertools
import pathlib
import random
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError

from .dtypes import module
from .encode import FACTORIES
from .inplace import fill
from .portable import has_state_dict

_DICTS: dict[str, type] = {"dict": dict, "OrderedDict": OrderedDict, "Counter": Counter}


class Thawer:
    """The way back from :class:`Freezer`, value by value in the same order.

    :param resolve: the user's class of a name, for namedtuples.
    :param like: an object like which a new one of a class can be made, or None.
    :param kept: of a tensor: it has to stay the same object.
    :param find: a tracked object, by its role and the name of a part.
    """

    def __init__(
        self,
        resolve: Callable[[str], Any] = lambda name: None,
        like: Callable[[str], Any] = lambda name: None,
        kept: Callable[[Any], bool] = lambda value: False,
        find: Callable[[str, str], Any] = lambda role, part: None,
    ) -> None:
        self._find = find
        self._kept = kept
        self._resolve = resolve
        self._like = like
        self._made: list[Any] = []
        self._used: set[int] = set()
        self._in_place = False

    def thaw(self, node: Any, target: Any, path: str, *, in_place: bool) -> Any:
        """The value; ``target``, what the variable holds now, is filled where it can be.

        :param in_place: also a tensor or array, since other names may hold it.
        """
        self._in_place = in_place
        return self._thaw(node, target, path)

    def thaw_if_possible(self, node: Any, path: str) -> Any:
        """Like :meth:`thaw`, where the variable is not set; ``NOT_MADE`` for what has an object
        that only the program can make."""
        count = len(self._made) + _shared_in(node)
        try:
            return self.thaw(node, None, path, in_place=False)
        except CheckpointMismatchError:
            self._made += [NOT_MADE] * (count - len(self._made))
            return NOT_MADE

    def _thaw(self, node: Any, target: Any, path: str) -> Any:
        if not isinstance(node, tuple):
            return node
        kind = node[0]
        if kind == "same":
            if self._made[node[1]] is NOT_MADE:
                raise _mismatch(path, target, "shared object")
            return self._made[node[1]]
        if kind == "tracked":
            return self._tracked_object(node, path)
        simple = _SIMPLE.get(kind)
        if simple is not None:
            return simple(*node[1:])
        if kind == "tuple":
            return tuple(self._items(node[1], target, path))
        if kind == "namedtuple":
            return self._namedtuple(node, target, path)
        if kind == "enum":
            kind_of = type(target) if type(target).__name__ == node[1] else self._resolve(node[1])
            if not (isinstance(kind_of, type) and issubclass(kind_of, enum.Enum)):
                raise _mismatch(path, target, node[1])
            return kind_of[node[2]]
        place = len(self._made)
        self._made.append(NOT_MADE)
        return self._shared(node, target, path, place)

    def _tracked_object(self, node: Any, path: str) -> Any:
        try:
            return self._find(node[1], node[2])
        except KeyError:
            raise _mismatch(path, None, f"part of the tracked {node[1]!r}") from None

    def _register(self, place: int, value: Any) -> Any:
        self._made[place] = value
        self._used.add(id(value))
        return value

    def _free(self, target: Any) -> bool:
        """Not given to another value yet: what was one object need not be one now."""
        return id(target) not in self._used

    def _shared(self, node: Any, target: Any, path: str, place: int) -> Any:
        kind = node[0]
        made: Any
        if kind == "list":
            made = target if type(target) is list and self._free(target) else []
            self._register(place, made)
            made[:] = self._sequence(node[1], list(made), path)
            return made
        if kind in _DICTS or kind == "defaultdict":
            return self._dict(node, target, path, place)
        if kind == "set":
            members = set(self._items(node[1], None, path))
            made = target if type(target) is set and self._free(target) else set()
            made.clear()
            made |= members
            return self._register(place, made)
        if kind == "frozenset":
            return self._register(place, frozenset(self._items(node[1], None, path)))
        if kind == "deque":
            fits = type(target) is deque and target.maxlen == node[1] and self._free(target)
            made = target if fits else deque(maxlen=node[1])
            self._register(place, made)
            items = self._sequence(node[2], list(made), path)
            made.clear()
            made.extend(items)
            return made
        if kind == "bytearray":
            made = target if type(target) is bytearray and self._free(target) else bytearray()
            made[:] = node[1]
            return self._register(place, made)
        if kind == "tensor":
            return self._register(place, self._tensor(node, target))
        if kind == "array":
            return self._register(place, self._array(node, target))
        return self._object(node, target, path, place)

    def _sequence(self, body: Any, old: list[Any], path: str) -> list[Any]:
        if isinstance(body, tuple):
            numbers = array("d" if body[0] == "floats" else "q")
            numbers.frombytes(body[1])
            return numbers.tolist()
        return self._items(body, old, path)

    def _items(self, nodes: list[Any], old: Any, path: str) -> list[Any]:
        known = old if isinstance(old, (list, tuple)) else ()
        return [
            self._thaw(node, known[n] if n < len(known) else None, f"{path}[{n}]")
            for n, node in enumerate(nodes)
        ]

    def _dict(self, node: Any, target: Any, path: str, place: int) -> Any:
        kind, pairs = node[0], node[-1]
        if kind == "defaultdict":
            fits = type(target) is defaultdict
            made: Any = target if fits else defaultdict(FACTORIES.get(node[1] or ""))
        else:
            made = target if type(target) is _DICTS[kind] else _DICTS[kind]()
        if not self._free(made):
            made = copy.copy(made)
        self._register(place, made)
        old = dict(made)
        make = getattr(made, "default_factory", None)
        new = {}
        for key_node, item in pairs:
            key = self._thaw(key_node, None, path)
            known = old.get(key)
            if known is None and make is not None and isinstance(item, tuple):
                known = make()
            new[key] = self._thaw(item, known, f"{path}[{key!r}]")
        made.clear()
        made.update(new)
        return made

    def _namedtuple(self, node: Any, target: Any, path: str) -> Any:
        _, name, fields, nodes = node
        kind = type(target) if type(target).__name__ == name else self._resolve(name)
        items = self._items(nodes, target, path)
        right = isinstance(kind, type) and issubclass(kind, tuple)
        if not right or list(getattr(kind, "_fields", ())) != fields:
            raise _mismatch(path, target, name)
        return kind._make(items)

    def _tensor(self, node: Any, target: Any) -> Any:
        torch = module("torch") or __import__("torch")
        _, value, device, leaf, parameter = node
        if isinstance(value, tuple):
            _, dtype, shape, data = value
            flat = torch.frombuffer(bytearray(data), dtype=torch.uint8) if data else torch.empty(0)
            value = flat.view(getattr(torch, dtype.removeprefix("torch."))).reshape(shape)
        in_place = self._in_place or isinstance(target, torch.nn.Parameter) or self._kept(target)
        if in_place and self._free(target) and fill(target, value):
            return target
        if str(device).startswith("cuda") and not torch.cuda.is_available():
            device = "cpu"
        if isinstance(target, torch.Tensor):
            device = target.device
        value = value.clone().to(device)
        if parameter:
            return torch.nn.Parameter(value, requires_grad=leaf)
        return value.requires_grad_(True) if leaf else value

    def _array(self, node: Any, target: Any) -> Any:
        import numpy

        value = node[1]
        if isinstance(value, tuple):
            _, dtype, shape, data = value
            value = numpy.frombuffer(bytearray(data), dtype=dtype).reshape(shape)
        if self._in_place and self._free(target) and fill(target, value):
            return target
        return value.copy()

    def _object(self, node: Any, target: Any, path: str, place: int) -> Any:
        kind = node[0]
        if kind == "generator":
            self._register(place, target)
            torch = module("torch")
            if torch is not None and isinstance(target, torch.Generator):
                target.set_state(self._tensor(node[1], None).cpu())
            elif hasattr(target, "bit_generator"):
                target.bit_generator.state = self._thaw(node[1], None, path)
            else:
                raise _mismatch(path, target, "random generator")
            return target
        if kind == "random":
            state = tuple(self._items(node[1], None, path))
            if isinstance(target, random.Random):
                target.setstate(state)
            elif hasattr(target, "set_state"):
                target.set_state(state)
            else:
                raise _mismatch(path, target, "random generator")
            return self._register(place, target)
        name = node[1]
        if type(target).__name__ != name or not self._free(target):
            target = self._made_anew(node, path, target)
        self._register(place, target)
        before, self._in_place = self._in_place, False
        if kind == "state":
            if not has_state_dict(target):
                raise _mismatch(path, target, name)
            target.load_state_dict(self._thaw(node[2], None, path))
        elif kind == "items":
            self._fill(node, target, path)
        else:
            self._set_attributes(target, node[2], path)
        self._in_place = before
        return target

    def _made_anew(self, node: Any, path: str, target: Any) -> Any:
        """An object that the loop made, of a class of the user's that is there under its name. Its
        ``__init__`` is not called."""
        kind, name = node[0], node[1]
        if kind == "state":
            model = self._like(name)
            if model is not None:
                return copy.deepcopy(model)
        elif kind == "items" or len(node) > 3:
            found = self._resolve(name)
            base = _BASES[node[2]] if kind == "items" else object
            if node[-1] and isinstance(found, type) and found.__name__ == name:
                return base.__new__(found)
        raise _mismatch(path, target, name)

    def _set_attributes(self, target: Any, attributes: Any, path: str) -> None:
        for attribute, item in attributes:
            value = self._thaw(item, getattr(target, attribute, None), f"{path}.{attribute}")
            if getattr(target, attribute, _MISSING) is not value:
                object.__setattr__(target, attribute, value)

    def _fill(self, node: Any, target: Any, path: str) -> None:
        """A container of the user's class, past the methods that it may have of its own."""
        base, nodes = _BASES[node[2]], node[3]
        if base is dict:
            known = dict(target)
            keys = [self._thaw(key, None, path) for key, _ in nodes]
            values = [
                self._thaw(item, known.get(key), f"{path}[{key!r}]")
                for key, (_, item) in zip(keys, nodes, strict=True)
            ]
            dict.clear(target)
            dict.update(target, zip(keys, values, strict=True))
        else:
            items = self._items(nodes, list(target), path)
            base.clear(target)
            (base.update if base is set else base.extend)(target, items)
        self._set_attributes(target, node[4], path)


_MISSING = object()
NOT_MADE: Any = object()
_UNSHARED = {"same", "tracked", "tuple", "namedtuple", "enum", "floats", "ints", "inline"}


def _shared_in(node: Any) -> int:
    """How many parts of a portable value have an identity of their own."""
    if not isinstance(node, (list, tuple)):
        return 0
    own = isinstance(node, tuple) and bool(node) and isinstance(node[0], str)
    own = own and node[0] not in _UNSHARED and node[0] not in _SIMPLE
    return own + sum(map(_shared_in, node))


_BASES: dict[str, Any] = {"dict": dict, "list": list, "set": set, "deque": deque}


def _mismatch(path: str, target: Any, saved: str) -> CheckpointMismatchError:
    now = "not set yet" if target is None else f"a {type(target).__name__}"
    root = path.split("[")[0].split(".")[0]
    return CheckpointMismatchError(
        f"{path} was a {saved} when the step was saved, and is {now} before the loop. Make it "
        "as it was, give it state_dict and load_state_dict and track it, or leave it out: "
        f'run.exclude("{root}").'
    )


def _torch(text: str) -> Any:
    torch = module("torch") or __import__("torch")
    name = text.removeprefix("torch.")
    found = getattr(torch, name, None)
    return found if isinstance(found, torch.dtype) else torch.device(text)


_SIMPLE: dict[str, Callable[..., Any]] = {
    "count": itertools.count,
    "range": range,
    "path": pathlib.Path,
    "datetime": datetime.datetime.fromisoformat,
    "timedelta": datetime.timedelta,
    "torch": _torch,
}
