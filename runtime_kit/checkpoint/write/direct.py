"""Writes tensors without a copy of the state: the way out when memory is short."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from runtime_kit.checkpoint.run_dir import crc
from runtime_kit.checkpoint.run_dir.layout import FileRecord
from runtime_kit.checkpoint.state.leaves import Leaf
from runtime_kit.checkpoint.state.safetensors_format import header

from .checksums import Home
from .payload import file_record
from .raw_file import RawFile

_ELEMENTS = 8 << 20  # elements brought to the host at a time: at most 64 MiB


def write_payload_directly(
    folder: Path, file: str, leaves: list[Leaf], step: int
) -> tuple[FileRecord, dict[str, Home]]:
    """Write and fsync ``folder/file`` from the live tensors, which must not change meanwhile."""
    head = header(leaves)
    homes: dict[str, Home] = {}
    offset = len(head)
    with RawFile(folder / file) as raw:
        raw.write(memoryview(head), 0)
        for leaf in leaves:
            value = 0
            for piece in _pieces(leaf):
                value = crc.crc32(piece, value)
                raw.write(piece, offset)
                offset += len(piece)
            homes[leaf.name] = Home(step, file, value, -1, leaf.size)
        raw.sync()
    return file_record(head, leaves, homes), homes


def _pieces(leaf: Leaf) -> Iterator[memoryview]:
    if leaf.size == 0:
        return
    if leaf.library != "torch":
        import numpy

        flat = numpy.ascontiguousarray(leaf.flat()).reshape(-1).view(numpy.uint8)
        yield memoryview(cast(Any, flat))
        return
    # reshape copies what is not row-major, one tensor's worth
    tensor = leaf.flat().reshape(-1)
    for start in range(0, tensor.numel(), _ELEMENTS):
        part = tensor[start : start + _ELEMENTS].cpu().contiguous()
        count = part.numel() * part.element_size()
        yield memoryview((ctypes.c_ubyte * count).from_address(part.data_ptr())).cast("B")
