"""Writes all tensors of a step into one .safetensors file, a chunk at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from runtime_kit.checkpoint.dtypes import ITEM_SIZE

from .content import Content
from .flatten import flatten

_ALIGN = 64


def write_safetensors(path: Path, content: Content, metadata: Mapping[str, str]) -> tuple[int, int]:
    """Write; returns how many tensors went in, and how many other values did not.

    The whole needs memory for one chunk only, beyond what ``content`` has.
    """
    names, others = flatten(content.structures)
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
    return len(order), others
