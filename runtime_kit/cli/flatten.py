"""Dotted names for the tensors of nested state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.state.decode import decode

_ITEMS = ("tuple", "set", "frozenset", "pytree")
_PAIRS = ("dict", "counter", "defaultdict")
_TENSOR = ("tensor", "complex", "jax")
_TENSOR_AND_MORE = ("ndarray", "jaxkey")


def flatten(structures: Mapping[str, Any]) -> tuple[dict[str, str], int]:
    """``{"optimizer.state.0.exp_avg": name in the files}``, and how many values are no tensors.

    Tied weights have each of their names. Two that come out equal (the keys ``1`` and ``"1"``) are
    told apart by ``#2``.
    """
    names: dict[str, str] = {}
    others = 0
    for role, node in structures.items():
        try:
            for path, name in _walk(node, role):
                if name is None:
                    others += 1
                    continue
                unique, number = path, 1
                while unique in names:
                    number += 1
                    unique = f"{path}#{number}"
                names[unique] = name
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise DamagedStepError(f"state.json has a bad structure ({error!r})") from error
    return names, others


def _walk(node: Any, path: str) -> Iterator[tuple[str, str | None]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(item, f"{path}.{index}")
        return
    if not isinstance(node, dict):
        yield path, None
        return
    ((kind, body),) = node.items()
    if kind in _TENSOR:
        yield path, body
    elif kind in _TENSOR_AND_MORE:
        yield path, body[0]
    elif kind in _ITEMS:
        yield from _walk(list(body), path)
    elif kind in _PAIRS:
        for key, value in body[1] if kind == "defaultdict" else body:
            yield from _walk(value, f"{path}.{decode(key, {})}")
    else:
        yield path, None
