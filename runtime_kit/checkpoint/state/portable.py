"""The values of a loop's variables in a form that state.json can hold, and back.

A value becomes a scalar, a tensor or array, or ``(kind, ...)``. Kinds are a closed list, and an
object's attributes are only ever put into an object that the user's program has made, so nothing in
a file names a class or runs code. Containers that two variables share stay shared.
"""

from __future__ import annotations

import ast
import datetime
import enum
import io
import itertools
import logging
import pathlib
import random
import types
import zlib
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import partial
from typing import Any

from .dtypes import module
from .encode import FACTORIES

SCALARS = (bool, int, float, str, complex, bytes, type(None))
_PLAIN = frozenset(SCALARS)
_CODE = (
    type,
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.CodeType,
    types.GenericAlias,
    staticmethod,
    classmethod,
    property,
    logging.Logger,
    io.IOBase,
    slice,
    memoryview,
    type(Ellipsis),
    type(NotImplemented),
)
# What belongs to the program or the screen rather than to the training's state.
_FURNITURE = (
    "torch.utils.data.",
    "torch.utils.tensorboard.",
    "torch.cuda.streams",
    "torchvision.transforms.",
    "torchvision.datasets.",
    "datasets.",
    "tensorboardX.",
    "tqdm.",
    "wandb.",
    "mlflow.",
    "matplotlib.",
    "IPython.",
    "ipywidgets.",
    "concurrent.futures.",
    "threading",
    "_thread",
    "re",
    "functools",
    "runtime_kit.",
)
_DICTS: dict[type, str] = {dict: "dict", OrderedDict: "OrderedDict", Counter: "Counter"}
_FACTORY_NAMES: dict[object, str] = {factory: name for name, factory in FACTORIES.items()}
_LONG = 64  # elements from which a list of numbers is stored as one run of bytes


class NotPortable(Exception):
    """``path`` names the value, ``kind`` its class, ``why`` says what is the matter if known."""

    def __init__(self, path: str, value: object, why: str = "") -> None:
        super().__init__(path)
        self.path = path
        self.kind = type(value).__name__
        self.why = why


class TooLarge(NotPortable):
    """More than the limit that was given."""


def is_furniture(value: Any) -> bool:
    """Code, and what shows or loads things: never a part of the training's state."""
    kind = type(value)
    place = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, _CODE) or place.startswith(_FURNITURE):
        return True
    data = module("torch.utils.data")
    return data is not None and isinstance(value, data.DataLoader)


def has_state_dict(value: Any) -> bool:
    return callable(getattr(value, "state_dict", None)) and callable(
        getattr(value, "load_state_dict", None)
    )


class Freezer:
    """Turns values into their portable form.

    :param left_out: of an object: not a part of what is saved, as what is tracked.
    :param copy: tensors and arrays are copied now, rather than when the state is saved.
    :param inline: they become bytes, where no file is there for them.
    :param makes: of a class: an object of it can be made where it is put back. Others need one that
        the program has made.

    :param refer: how an attribute that is left out is named, or None.

    ``missed`` fills with attributes of objects that could not be taken, as :class:`NotPortable`.
    """

    def __init__(
        self,
        left_out: Callable[[Any], bool],
        *,
        copy: bool = False,
        inline: bool = False,
        makes: Callable[[type], bool] = lambda kind: False,
        refer: Callable[[Any], Any] = lambda value: None,
    ) -> None:
        self._refer = refer
        self._left_out = left_out
        self._makes = makes
        self._copy = copy
        self._inline = inline
        self._limit = self._size = 0
        self._known: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no id is used twice
        self._libraries: tuple[Any, Any] = (None, None)
        self._devices: dict[Any, str] = {}
        self.missed: list[NotPortable] = []

    def take(
        self, value: Any, path: str, *, limit: int = 0, only: Any = None, whole: bool = False
    ) -> Any:
        """The portable form of a variable's value.

        :param limit: elements and bytes from which :class:`TooLarge` is raised; 0 for none.
        :param only: names of attributes, where an object's others are not to be taken.
        :param whole: an object of which not all can be taken has no portable form.
        :raises NotPortable: it has none; nothing of it is taken then.
        """
        self._limit, self._size = limit, 0
        self._libraries = module("numpy"), module("torch")
        return self._undone_on_error(lambda: self._taken(value, path, only, whole))

    def _taken(self, value: Any, path: str, only: Any, whole: bool) -> Any:
        node = self.freeze(value, path, only)
        if whole and node[0] == "object" and not node[3]:
            raise NotPortable(path, value, "it is made in the loop")
        return node

    def _undone_on_error(self, action: Callable[[], Any]) -> Any:
        known, missed = len(self._known), len(self.missed)
        try:
            return action()
        except NotPortable:
            while len(self._known) > known:
                self._known.popitem()
            del self.missed[missed:]
            raise

    def freeze(self, value: Any, path: str, only: Any = None) -> Any:
        """Like :meth:`take`, as a part of a value."""
        kind: type = type(value)
        if kind in _PLAIN:
            return value
        numpy, torch = self._libraries
        if torch is not None and kind is torch.Tensor and only is None:
            return self._known_as(value) or self._tensor(value, path)
        if numpy is not None and isinstance(value, numpy.generic) and not value.dtype.hasobject:
            return value
        if kind is tuple:
            return ("tuple", self._items(value, path))
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return ("namedtuple", kind.__name__, list(value._fields), self._items(value, path))
        if torch is not None and isinstance(value, (torch.device, torch.dtype)):
            return ("torch", str(value))
        if torch is not None and isinstance(value, torch.Size):
            return ("tuple", list(value))
        if kind is range:
            return ("range", value.start, value.stop, value.step)
        if isinstance(value, pathlib.PurePath):
            return ("path", str(value))
        if kind is datetime.datetime:
            return ("datetime", value.isoformat())
        if kind is datetime.timedelta:
            return ("timedelta", value.days, value.seconds, value.microseconds)
        if isinstance(value, enum.Enum):
            return ("enum", kind.__name__, value.name)
        if kind is itertools.count:
            return (
                "count",
                *ast.literal_eval(repr(value).removeprefix("count").replace(")", ",)")),
            )
        known = self._known_as(value)
        if known is not None:
            return known
        if only is not None:
            return self._object(value, path, only)
        return self._shared(value, path)

    def _known_as(self, value: Any) -> Any:
        """How a value that was met before is named; from now on this one was."""
        number = self._known.get(id(value))
        if number is not None:
            return ("same", number)
        self._known[id(value)] = len(self._known)
        self._kept.append(value)
        return None

    def _shared(self, value: Any, path: str) -> Any:
        """What has an identity of its own."""
        kind: type = type(value)
        numpy, torch = module("numpy"), module("torch")
        if kind is list:
            return ("list", self._run(value) or self._items(value, path))
        if kind in _DICTS:
            return (_DICTS[kind], self._pairs(value, path))
        if kind is set or kind is frozenset:
            return (kind.__name__, self._items(value, path))
        if kind is deque:
            return ("deque", value.maxlen, self._run(value) or self._items(value, path))
        if kind is bytearray:
            return ("bytearray", bytes(value))
        if kind is defaultdict:
            factory = value.default_factory
            name = _FACTORY_NAMES.get(factory) if factory is not None else None
            return ("defaultdict", name, self._pairs(value, path, makes=factory is not None))
        if torch is not None and isinstance(value, torch.Tensor):
            return self._tensor(value, path)
        if numpy is not None and kind is numpy.ndarray:
            return self._array(value, path)
        if torch is not None and isinstance(value, torch.Generator):
            return ("generator", self._tensor(value.get_state(), path))
        if isinstance(value, random.Random):
            return ("random", self._items(value.getstate(), path))
        if numpy is not None and isinstance(value, numpy.random.Generator):
            return ("generator", self.freeze(value.bit_generator.state, path))
        if numpy is not None and isinstance(value, numpy.random.RandomState):
            return ("random", self._items(value.get_state(), path))
        if self._left_out(value) or is_furniture(value):
            raise NotPortable(path, value, "code")
        base = next((base for base in (dict, list, set, deque) if isinstance(value, base)), None)
        if base is not None:
            return self._subclassed(base, value, path)
        if has_state_dict(value):
            return ("state", kind.__name__, self.freeze(dict(value.state_dict()), path))
        return self._object(value, path)

    def _count(self, size: int, path: str, value: Any) -> None:
        self._size += size
        if self._limit and self._size > self._limit:
            raise TooLarge(path, value, "it is large")

    def _run(self, value: Any) -> Any:
        """Many numbers of one type, as bytes."""
        if len(value) < _LONG:
            return None
        kinds = set(map(type, value))
        if kinds == {float}:
            return ("floats", array("d", value).tobytes())
        if kinds == {int}:
            try:
                return ("ints", array("q", value).tobytes())
            except OverflowError:
                return None
        return None

    def _items(self, values: Any, path: str) -> list[Any]:
        self._count(len(values), path, values)
        return [self.freeze(item, f"{path}[{n}]") for n, item in enumerate(values)]

    def _pairs(self, value: dict[Any, Any], path: str, *, makes: bool = False) -> list[Any]:
        self._count(len(value), path, value)
        torch = module("torch")
        if torch is not None and any(isinstance(key, torch.Tensor) for key in value):
            raise NotPortable(path, value, "its keys are tensors")  # found by their identity
        return [
            [self.freeze(key, path), self.freeze(item, f"{path}[{key!r}]")]
            for key, item in value.items()
        ]

    def _tensor(self, value: Any, path: str) -> Any:
        torch = module("torch")
        own, device = type(value), value.device
        plain = value.layout == torch.strided and not value.is_quantized and not value.is_nested
        if not plain or device.type == "meta" or hasattr(own, "__tensor_flatten__"):
            raise NotPortable(path, value, f"its layout is {value.layout}")
        self._count(value.numel() * value.element_size(), path, value)
        leaf = value.is_leaf and value.requires_grad
        kept = value.detach()
        stride = kept.stride()
        if 0 in stride and any(s == 0 and n > 1 for s, n in zip(stride, kept.shape, strict=True)):
            kept = kept.contiguous()
        elif self._copy:
            kept = kept.clone()
        name = self._devices.get(device) or self._devices.setdefault(device, str(device))
        about = [name, leaf, own is not torch.Tensor and isinstance(value, torch.nn.Parameter)]
        if self._inline:
            flat = kept.cpu().contiguous().view(-1).view(torch.uint8) if kept.dim() else kept.cpu()
            data = bytes(flat.reshape(-1).view(torch.uint8).numpy())
            return ("tensor", ("inline", str(kept.dtype), list(kept.shape), data), *about)
        return ("tensor", kept, *about)

    def _array(self, value: Any, path: str) -> Any:
        if value.dtype.hasobject or value.dtype.fields:
            raise NotPortable(path, value, f"its elements are of type {value.dtype}")
        self._count(value.nbytes, path, value)
        if self._inline:
            return ("array", ("inline", value.dtype.str, list(value.shape), value.tobytes()))
        return ("array", value.copy() if self._copy else value)

    def _subclassed(self, base: type, value: Any, path: str) -> Any:
        """A container of a class of the user's (``class Config(dict)``): what is in it, and its
        attributes. A ``defaultdict`` keeps its factory, since it is filled in place."""
        items: Any = self._pairs(value, path) if base is dict else self._items(value, path)
        attributes = attributes_of(value) or {}
        about = self._object(value, path) if attributes else ("object", "", [], True)
        makes = about[3] and self._makes(type(value)) and not isinstance(value, defaultdict)
        return ("items", type(value).__name__, base.__name__, items, about[2], makes)

    def _object(self, value: Any, path: str, only: Any = None) -> Any:
        """Attributes of an object whose class is written in Python."""
        attributes = attributes_of(value)
        if attributes is None:
            raise NotPortable(path, value)
        taken, whole = [], only is None
        for name, item in attributes.items():
            if only and name in only and self._left_out(item):
                reference = self._refer(item)
                taken += [[name, reference]] if reference is not None else []
                continue
            if self._left_out(item) or is_furniture(item) or (only and name not in only):
                whole = False
                continue
            if has_state_dict(item):
                self.missed.append(NotPortable(f"{path}.{name}", item))
                whole = False
                continue
            try:
                node = self._undone_on_error(partial(self.freeze, item, f"{path}.{name}"))
                taken.append([name, node])
            except TooLarge:
                raise
            except NotPortable as error:
                self.missed.append(error)
                whole = False
        return ("object", type(value).__name__, taken, whole and self._makes(type(value)))


def attributes_of(value: Any) -> dict[str, Any] | None:
    """``__dict__`` and slots; None for an object that is not Python's own."""
    found: dict[str, Any] = {}
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    inner = getattr(value, "__dict__", None)
    if isinstance(inner, dict):
        return {**found, **inner}
    return found or None


def fingerprint(node: Any) -> int:
    """Equal for equal values: tells whether a value has changed."""
    if isinstance(node, (tuple, list)):
        return hash(tuple(fingerprint(item) for item in node))
    torch, numpy = module("torch"), module("numpy")
    if torch is not None and isinstance(node, torch.Tensor):
        raw = node.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
        return hash((str(node.dtype), tuple(node.shape), zlib.crc32(raw)))
    if numpy is not None and isinstance(node, numpy.ndarray):
        return hash((node.dtype.str, node.shape, zlib.crc32(numpy.ascontiguousarray(node))))
    if isinstance(node, float) and node != node:
        return hash("nan")
    return hash((type(node).__name__, node))
