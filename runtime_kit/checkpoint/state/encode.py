"""State as strict JSON and a list of tensors; the kinds are those of docs/checkpoint-layout.md."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict
from typing import Any

from runtime_kit.checkpoint.errors import CannotStoreError

from .columns import Packed
from .dtypes import module
from .leaves import Leaf, address, is_dense, numpy_leaf, same_memory, torch_leaf

FACTORIES = {"list": list, "dict": dict, "int": int, "float": float, "set": set, "str": str}
_CONTAINERS = (list, tuple, set, frozenset, dict)
# Beyond these a reader would fail: Python limits both recursion and the digits of a number.
_DEEPEST = 100
_LONGEST_INTEGER = 13_000  # bits, some 4000 digits
_FACTORY_NAMES: dict[object, str] = {factory: name for name, factory in FACTORIES.items()}


class Encoder:
    """Encodes the objects of one save. ``leaves`` fills in the order of their appearance.

    ``strides`` holds the memory order of tensors that are dense but not row-major
    (channels_last), so that they come back in it.
    """

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.strides: dict[str, list[int]] = {}
        self.packed = False  # there is something that older versions can't read
        self._names: set[str] = {"__metadata__"}  # safetensors' own
        # By address: whole keys are made only where an address comes twice
        self._shared: dict[int, list[tuple[Any, str]]] = {}
        self._open: set[int] = set()
        self._libraries: tuple[Any, Any, Any] = (None, None, None)

    def encode(self, value: Any, path: str, *, templated: bool = False) -> Any:
        """``path`` is the role; with ``templated`` the live object will give tuples and pytrees
        their types back, so types that JSON does not know are allowed there."""
        # Taking a state may have imported one of them
        self._libraries = module("torch"), module("numpy"), module("jax")
        return self._encode(value, path, path, templated)

    def _encode(self, value: Any, path: str, name: str, templated: bool) -> Any:
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int:
            if value.bit_length() > _LONGEST_INTEGER:
                raise CannotStoreError(path, value, "it is too long; store its hex() as a string")
            return value
        if kind is float:
            return value if math.isfinite(value) else {"float": str(value)}
        if kind not in _CONTAINERS:
            leaf = self._leaf(value, path, name)
            if leaf is not None:
                return leaf
        if kind in _CONTAINERS or isinstance(value, (tuple, dict)):
            if id(value) in self._open:
                raise CannotStoreError(path, value, "it contains itself; break the circle")
            if len(self._open) >= _DEEPEST:
                raise CannotStoreError(path, value, f"it is nested {_DEEPEST} deep; flatten it")
            self._open.add(id(value))
            try:
                return self._container(value, path, name, templated)
            finally:
                self._open.discard(id(value))
        return self._other(value, path, name, templated)

    def _container(self, value: Any, path: str, name: str, templated: bool) -> Any:
        if isinstance(value, dict):
            return self._dict(value, path, name, templated)
        if type(value) not in (list, tuple, set, frozenset) and not templated:
            torch = module("torch")
            if not (torch and type(value) is torch.Size):
                raise CannotStoreError(path, value, "convert it to a plain tuple or dict")
        items = [
            self._encode(item, f"{path}[{index}]", f"{name}.{index}", templated)
            for index, item in enumerate(value)
        ]
        if isinstance(value, list):
            return items
        return {"tuple" if isinstance(value, tuple) else type(value).__name__: items}

    def _dict(self, value: dict[Any, Any], path: str, name: str, templated: bool) -> Any:
        pairs = []
        for key, item in value.items():
            if isinstance(key, str):
                below = f"{path}.{key}" if key.isidentifier() else f"{path}[{key!r}]"
            else:
                below = f"{path}[{key!r}]"
            plain = type(key) is str
            encoded = key if plain else self._encode(key, f"the key {below}", name, False)
            pairs.append([encoded, self._encode(item, below, f"{name}.{key}", templated)])
        kind = type(value)
        if kind is Counter:
            return {"counter": pairs}
        if isinstance(value, defaultdict) and kind is defaultdict:
            factory = value.default_factory
            if factory is not None and factory not in _FACTORY_NAMES:
                raise CannotStoreError(path, value, "its factory is code; use a plain dict")
            return {"defaultdict": [_FACTORY_NAMES.get(factory), pairs]}
        if kind not in (dict, OrderedDict) and not templated:
            raise CannotStoreError(path, value, "convert it to a plain dict")
        return {"dict": pairs}

    def _leaf(self, value: Any, path: str, name: str) -> Any:
        torch, numpy, jax = self._libraries
        if torch is not None and isinstance(value, torch.Tensor):
            return self._tensor(value, path, name)
        if numpy is not None and isinstance(value, numpy.generic):
            if value.dtype.hasobject:
                raise CannotStoreError(path, value)
            return {"npscalar": [value.dtype.str, value.tobytes().hex()]}
        if numpy is not None and type(value) is numpy.ndarray:
            added = self._add(numpy_leaf(self._unique(name), value, path))
            return {
                "ndarray": [
                    added,
                    value.dtype.name
                    if value.dtype.isnative and value.dtype.kind not in "mMUSV"
                    else value.dtype.str,
                    list(value.shape),
                ]
            }
        if jax is not None and isinstance(value, jax.Array):
            if jax.dtypes.issubdtype(value.dtype, jax.dtypes.prng_key):
                implementation = str(jax.random.key_impl(value))
                data = numpy_leaf(self._unique(name), jax.random.key_data(value), path)
                return {"jaxkey": [self._add(data), implementation]}
            return {"jax": self._add(numpy_leaf(self._unique(name), value, path))}
        return None

    def _tensor(self, value: Any, path: str, name: str) -> Any:
        pointer = address(value)
        tied = self._shared.setdefault(pointer, []) if pointer else []
        known = self._tied(value, tied) if tied else None
        if known is None:
            leaf = torch_leaf(self._unique(name), value, path)
            known = self._add(leaf)
            if pointer:
                tied.append((value, known))
            if not value.is_contiguous() and is_dense(value):
                self.strides[known] = list(value.stride())
        wide = value.dtype is self._libraries[0].complex128
        return {"complex" if wide else "tensor": known}

    def _tied(self, value: Any, others: list[tuple[Any, str]]) -> str | None:
        key = same_memory(value)
        return next((known for other, known in others if same_memory(other) == key), None)

    def _other(self, value: Any, path: str, name: str, templated: bool) -> Any:
        torch, jax = module("torch"), module("jax")
        if type(value) is Packed:
            self.packed = True
            return {"packed": [value.rows, self._encode(value.column, path, name, False)]}
        if isinstance(value, (bytes, bytearray)):
            return {type(value).__name__: value.hex()}
        if type(value) is complex:
            return {
                "complexnumber": [
                    self._encode(part, path, name, False) for part in (value.real, value.imag)
                ]
            }
        if torch is not None and isinstance(value, torch.dtype):
            return {"dtype": str(value).removeprefix("torch.")}
        if torch is not None and isinstance(value, torch.device):
            return {"device": str(value)}
        if templated and jax is not None:
            items, structure = jax.tree_util.tree_flatten(value)
            if not jax.tree_util.treedef_is_leaf(structure):
                return {
                    "pytree": [
                        self._encode(item, f"{path}.leaf[{index}]", f"{name}.{index}", True)
                        for index, item in enumerate(items)
                    ]
                }
        raise CannotStoreError(path, value)

    def _add(self, leaf: Leaf) -> str:
        self.leaves.append(leaf)
        return leaf.name

    def _unique(self, name: str) -> str:
        unique, number = name, 1
        while unique in self._names:
            number += 1
            unique = f"{name}#{number}"
        self._names.add(unique)
        return unique
