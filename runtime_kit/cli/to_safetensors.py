"""Writes all tensors of a step into one .safetensors file, a chunk at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.state.decode import decode
from runtime_kit.checkpoint.state.dtypes import ITEM_SIZE

from .content import Content

_ALIGN = 64


def write_safetensors(
    path: Path, content: Content, metadata: Mapping[str, str], role: str | None
) -> str:
    """Write; returns what went in, for the user. With ``role``, names are those within it.

    The whole needs memory for one chunk only, beyond what ``content`` has.
    """
    names, others = flatten(content.structures)
    if role is not None:
        names = {name.removeprefix(f"{role}."): stored for name, stored in names.items()}
    # Wide elements first: every tensor is aligned without gaps, which the format does not allow.
    order = sorted(names, key=lambda name: -ITEM_SIZE[content.tensors[names[name]].dtype])
    table: dict[str, object] = {"__metadata__": {"format": "pt", **metadata}}
    offset = 0
    for name in order:
        tensor = content.tensors[names[name]]
        table[name] = {
            "dtype": tensor.dtype,
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + tensor.size],
        }
        offset += tensor.size
    text = json.dumps(table, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % _ALIGN)
    with open(path, "xb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            for data in content.tensors[names[name]].chunks():
                file.write(data)
    left = f" ({others} values that are no tensors are only in a .pt)" if others else ""
    return f"{len(order)} tensors{left}"


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
