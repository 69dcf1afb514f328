"""The way back from JSON and tensors to state. Knows a closed list of kinds and builds only plain
values from them, so that nothing in a file can name a class or run code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from runtime_kit.checkpoint.errors import DamagedStepError

from .columns import unpack
from .dtypes import numpy_dtype
from .encode import FACTORIES

Tensors = dict[str, Any]


def wanted_libraries(node: Any, found: dict[str, str]) -> dict[str, str]:
    """Which library each tensor is to be read for: ``{name: "torch" | "numpy"}``."""
    if isinstance(node, list):
        for item in node:
            wanted_libraries(item, found)
    elif isinstance(node, dict):
        for kind, body in node.items():
            if kind in ("tensor", "complex") and isinstance(body, str):
                found[body] = "torch"
            elif kind == "jax" and isinstance(body, str):
                found[body] = "numpy"
            elif kind in ("ndarray", "jaxkey") and isinstance(body, list):
                found[body[0]] = "numpy"
            else:
                wanted_libraries(body, found)
    return found


def decode(node: Any, tensors: Tensors) -> Any:
    """A structure of state.json as a value; ``tensors`` has what the payload files held."""
    if node is None or isinstance(node, (bool, int, float, str)):
        return node
    if isinstance(node, list):
        return [decode(item, tensors) for item in node]
    if not isinstance(node, dict) or len(node) != 1:
        raise DamagedStepError("state.json has a structure without a kind")
    ((kind, body),) = node.items()
    reader = _KINDS.get(kind)
    if reader is None:
        raise DamagedStepError(f"state.json has the unknown kind {kind!r}", certain=False)
    try:
        return reader(body, tensors)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise DamagedStepError(f"state.json has a bad {kind!r} ({error!r})") from error


def _items(body: Any, tensors: Tensors) -> list[Any]:
    return [decode(item, tensors) for item in body]


def _pairs(body: Any, tensors: Tensors) -> dict[Any, Any]:
    return {decode(key, tensors): decode(value, tensors) for key, value in body}


def _float(body: Any, tensors: Tensors) -> float:
    if body not in ("nan", "inf", "-inf"):
        raise ValueError(body)
    return float(body)


def _ndarray(body: Any, tensors: Tensors) -> Any:
    name, dtype, shape = body
    array = tensors[name]
    wanted = numpy_dtype(dtype)
    if wanted.hasobject:
        raise ValueError("an array of objects")
    if array.dtype != wanted:
        array = array.view(wanted)
    return array.reshape(shape)


def _npscalar(body: Any, tensors: Tensors) -> Any:
    import numpy

    dtype = numpy.dtype(body[0])
    if dtype.hasobject:
        raise ValueError("an object")
    return numpy.frombuffer(bytes.fromhex(body[1]), dtype)[0]


def _jax(body: Any, tensors: Tensors) -> Any:
    import jax.numpy

    return jax.numpy.asarray(tensors[body])


def _jaxkey(body: Any, tensors: Tensors) -> Any:
    import jax

    return jax.random.wrap_key_data(jax.numpy.asarray(tensors[body[0]]), impl=body[1])


def _complex(body: Any, tensors: Tensors) -> Any:
    import torch

    return torch.view_as_complex(tensors[body])


def _torch_name(body: Any, tensors: Tensors) -> Any:
    import torch

    value = getattr(torch, str(body))
    if not isinstance(value, torch.dtype):
        raise ValueError(body)
    return value


def _device(body: Any, tensors: Tensors) -> Any:
    import torch

    return torch.device(body)


def _packed(body: Any, tensors: Tensors) -> Any:
    rows, column = body
    try:
        return unpack(rows, decode(column, tensors))
    except (AttributeError, RuntimeError) as error:  # of tensors and what is none
        raise ValueError(str(error)) from error


class PytreeLeaves(list[Any]):
    """Leaves of a JAX pytree whose structure only the live object knows."""


_KINDS: dict[str, Callable[[Any, Tensors], Any]] = {
    "dict": _pairs,
    "tuple": lambda body, tensors: tuple(_items(body, tensors)),
    "set": lambda body, tensors: set(_items(body, tensors)),
    "frozenset": lambda body, tensors: frozenset(_items(body, tensors)),
    "counter": lambda body, tensors: Counter(_pairs(body, tensors)),
    "defaultdict": lambda body, tensors: defaultdict(
        FACTORIES[body[0]] if body[0] else None, _pairs(body[1], tensors)
    ),
    "float": _float,
    "complexnumber": lambda body, tensors: complex(*_items(body, tensors)),
    "bytes": lambda body, tensors: bytes.fromhex(body),
    "bytearray": lambda body, tensors: bytearray.fromhex(body),
    "tensor": lambda body, tensors: tensors[body],
    "complex": _complex,
    "ndarray": _ndarray,
    "npscalar": _npscalar,
    "jax": _jax,
    "jaxkey": _jaxkey,
    "pytree": lambda body, tensors: PytreeLeaves(_items(body, tensors)),
    "packed": _packed,
    "dtype": _torch_name,
    "device": _device,
}
