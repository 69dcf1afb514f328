"""Reads tensors from a payload file straight into their own memory, checking on the way."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from runtime_kit._os.positioned import read_at
from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.run_dir import crc
from runtime_kit.checkpoint.state.decode import Tensors
from runtime_kit.checkpoint.state.dtypes import NUMPY_NAME, TORCH_NAME, numpy_dtype
from runtime_kit.checkpoint.state.safetensors_format import Entry

_SMALL = 1 << 20
_GROUP = 8 << 20


@dataclass
class Target:
    """A stretch of a file: one large tensor, or neighbouring small ones read together."""

    offset: int
    size: int
    entries: list[Entry]
    libraries: dict[str, str]
    view: memoryview = field(init=False)
    _memory: Any = field(init=False, default=None)

    def allocate(self) -> None:
        if len(self.entries) == 1:
            self._memory, self.view = _fresh(self.size, self.libraries.get(self.entries[0].name))
        else:
            self.view = memoryview(bytearray(self.size))

    def tensors(self) -> Tensors:
        """The tensors of this stretch, each with memory of its own: an optimizer keeps them."""
        if len(self.entries) == 1:
            entry = self.entries[0]
            return {entry.name: _shaped(self._memory, entry, self.libraries.get(entry.name))}
        tensors: Tensors = {}
        base = self.entries[0].start
        for entry in self.entries:
            library = self.libraries.get(entry.name)
            memory, view = _fresh(entry.stop - entry.start, library)
            view[:] = self.view[entry.start - base : entry.stop - base]
            tensors[entry.name] = _shaped(memory, entry, library)
        return tensors


def plan_targets(entries: Sequence[Entry], libraries: dict[str, str], base: int) -> list[Target]:
    """Cut a file's data into stretches, in order and without gaps. ``base``: where data begins."""
    targets: list[Target] = []
    group: list[Entry] = []

    def close() -> None:
        if group:
            start, stop = group[0].start, group[-1].stop
            targets.append(Target(base + start, stop - start, list(group), libraries))
            group.clear()

    for entry in entries:
        if entry.stop - entry.start >= _SMALL:
            close()
            group.append(entry)
            close()
        else:
            group.append(entry)
            if entry.stop - group[0].start >= _GROUP:
                close()
    close()
    return targets


def fill(descriptor: int, target: Target) -> int:
    """Read the stretch and return its CRC; runs in a pool, the GIL is free while it reads."""
    target.allocate()
    value = 0
    offset = 0
    while offset < target.size:
        piece = target.view[offset : offset + crc.CHUNK]
        count = read_at(descriptor, piece, target.offset + offset)
        if count == 0:
            raise DamagedStepError("a file became shorter while it was read")
        value = crc.crc32(piece[:count], value)
        offset += count
    return value


def _fresh(size: int, library: str | None) -> tuple[Any, memoryview]:
    """New memory of a library's own allocator, and a writable view of it."""
    if library == "torch":
        import torch

        memory = torch.empty(size, dtype=torch.uint8, device="cpu")  # whatever the default is
        if size == 0:
            return memory, memoryview(bytearray())
        buffer = (ctypes.c_ubyte * size).from_address(memory.data_ptr())
        return memory, memoryview(buffer).cast("B")
    if library == "numpy":
        import numpy

        array = numpy.empty(size, numpy.uint8)
        return array, memoryview(cast(Any, array))
    raw = bytearray(size)
    return raw, memoryview(raw)


def _shaped(memory: Any, entry: Entry, library: str | None) -> Any:
    if library == "torch":
        import torch

        dtype = getattr(torch, TORCH_NAME[entry.dtype])
        return memory.view(dtype).reshape(entry.shape)
    if library == "numpy":
        return memory.view(numpy_dtype(NUMPY_NAME[entry.dtype])).reshape(entry.shape)
    return memory
