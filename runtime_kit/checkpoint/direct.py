"""Writes tensors without a copy of the state: the way out when memory is short."""

from __future__ import annotations

import ctypes
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from . import crc
from .layout import FileRecord
from .leaves import Leaf
from .payload import Home, write_all
from .safetensors_format import header

_ELEMENTS = 8 << 20  # elements brought to the host at a time: at most 64 MiB


def write_payload_directly(
    folder: Path, file: str, leaves: list[Leaf], step: int
) -> tuple[FileRecord, dict[str, Home]]:
    """Write and fsync ``folder/file`` from the live tensors, which must not change meanwhile."""
    head = header(leaves)
    value, size = zlib.crc32(head), len(head)
    homes: dict[str, Home] = {}
    descriptor = os.open(folder / file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        write_all(descriptor, [memoryview(head)])
        for leaf in leaves:
            first, second = 0, 1
            for piece in _pieces(leaf):
                for offset in range(0, len(piece), crc.CHUNK):
                    part = piece[offset : offset + crc.CHUNK]
                    first, second = zlib.crc32(part, first), zlib.adler32(part, second)
                write_all(descriptor, [piece])
            value = crc.combine(value, first, leaf.size)
            size += leaf.size
            homes[leaf.name] = Home(step, file, first, second, leaf.size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return FileRecord(size, value), homes


def _pieces(leaf: Leaf) -> Iterator[memoryview]:
    if leaf.size == 0:
        return
    if leaf.library != "torch":
        import numpy

        flat = numpy.ascontiguousarray(leaf.flat()).reshape(-1).view(numpy.uint8)
        yield memoryview(cast(Any, flat))
        return
    tensor = leaf.flat()
    # reshape copies what is not row-major, one tensor's worth
    tensor = tensor.reshape(-1)
    for start in range(0, tensor.numel(), _ELEMENTS):
        part = tensor[start : start + _ELEMENTS].cpu().contiguous()
        count = part.numel() * part.element_size()
        yield memoryview((ctypes.c_ubyte * count).from_address(part.data_ptr())).cast("B")
