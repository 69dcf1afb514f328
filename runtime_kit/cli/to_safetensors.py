"""Writes all tensors of a step into one .safetensors file, a chunk at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from runtime_kit.checkpoint.state.dtypes import ITEM_SIZE

from .content import Content
from .flatten import flatten

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
