"""The safetensors file format, written and read as plain bytes.

8 bytes little-endian header length, a JSON header ``{name: {dtype, shape, data_offsets}}``, the
data without gaps. Written here so that the tensors go from their buffer to the disk without another
copy; the files are ordinary and the safetensors library reads them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from runtime_kit.checkpoint.errors import DamagedStepError

from .dtypes import ITEM_SIZE
from .leaves import Leaf

_ALIGN = 64
_LONGEST_HEADER = 100_000_000  # the safetensors library's own limit


@dataclass(frozen=True)
class Entry:
    """One tensor in a file; ``start`` and ``stop`` count from the begin of the data."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


def file_order(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Wide elements first keeps every tensor aligned without gaps; large before small keeps the
    large ones on cache lines."""
    return sorted(leaves, key=lambda leaf: (-leaf.item_size, leaf.size < 65536))


def header(leaves: Sequence[Leaf], align: int = _ALIGN) -> bytes:
    """Length and JSON header for the leaves in this order, padded so that the data is aligned."""
    table: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for leaf in leaves:
        table[leaf.name] = {
            "dtype": leaf.dtype,
            "shape": list(leaf.shape),
            "data_offsets": [offset, offset + leaf.size],
        }
        offset += leaf.size
    text = json.dumps(table, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % align)
    return len(text).to_bytes(8, "little") + text


def parse_header(text: bytes, data_size: int, file: str) -> list[Entry]:
    """Entries in the order of their data; :class:`DamagedStepError` unless they fill it exactly."""
    try:
        table = json.loads(text)
        table.pop("__metadata__", None)
        entries = [
            Entry(name, str(body["dtype"]), tuple(body["shape"]), *body["data_offsets"])
            for name, body in table.items()
        ]
        entries.sort(key=lambda entry: (entry.start, entry.stop))
        position = 0
        for entry in entries:
            size = math.prod(entry.shape) * ITEM_SIZE[entry.dtype]
            if entry.start != position or entry.stop - entry.start != size:
                raise ValueError(f"{entry.name} is out of place")
            position = entry.stop
        if position != data_size:
            raise ValueError(f"{data_size} bytes of data, {position} expected")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedStepError(f"{file} is damaged (bad header: {error})") from error
    return entries


def header_length(first: bytes, file_size: int, file: str) -> int:
    """Bytes of the JSON header from the first 8 bytes of a file."""
    length = int.from_bytes(first, "little")
    if len(first) != 8 or length > min(file_size - 8, _LONGEST_HEADER):
        raise DamagedStepError(f"{file} is damaged (bad header length)")
    return length
