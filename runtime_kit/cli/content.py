"""What a step holds, without loading it: structures by role, and where each tensor's bytes are."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from runtime_kit.checkpoint.errors import CannotStoreError, DamagedStepError
from runtime_kit.checkpoint.read.standalone import standalone_state
from runtime_kit.checkpoint.run_dir.crc import CHUNK
from runtime_kit.checkpoint.run_dir.layout import Commit
from runtime_kit.checkpoint.state.encode import Encoder
from runtime_kit.checkpoint.state.leaves import Leaf
from runtime_kit.checkpoint.state.safetensors_format import header_length, parse_header

from .errors import UsageError


@dataclass(frozen=True)
class StoredTensor:
    """A tensor in a .safetensors file of the step; ``dtype`` is safetensors' name, ``size`` in
    bytes, ``offset`` from the begin of the file."""

    dtype: str
    shape: tuple[int, ...]
    size: int
    path: Path
    offset: int

    def chunks(self) -> Iterator[bytes]:
        """Its bytes in pieces; :class:`DamagedStepError` when the file has been emptied."""
        with _opened(self.path) as file:
            file.seek(self.offset)
            left = self.size
            while left:
                data = file.read(min(left, CHUNK))
                if not data:
                    raise DamagedStepError(f"{self.path.name} became shorter while it was read")
                left -= len(data)
                yield data


@dataclass(frozen=True)
class LoadedTensor:
    """A tensor of state.pt, in memory."""

    leaf: Leaf

    @property
    def dtype(self) -> str:
        return self.leaf.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.leaf.shape

    @property
    def size(self) -> int:
        return self.leaf.size

    def chunks(self) -> Iterator[memoryview]:
        """Its bytes in one piece."""
        if self.size:
            tensor = self.leaf.flat().contiguous()
            buffer = (ctypes.c_ubyte * self.size).from_address(tensor.data_ptr())
            yield memoryview(buffer)


Tensor = StoredTensor | LoadedTensor


@dataclass(frozen=True)
class Content:
    """``structures``: role -> structure of docs/checkpoint-layout.md, whose names are those of
    ``tensors``."""

    structures: dict[str, Any]
    tensors: dict[str, Tensor]


def library_content(path: Path, commit: Commit, state: dict[str, Any]) -> Content:
    """Of a step in the library form; reads headers only, and needs no torch."""
    tensors: dict[str, Tensor] = {}
    for name, record in commit.files.items():  # of one name in two files the later one counts
        if not name.endswith(".safetensors"):
            continue
        with _opened(path / name) as file:
            length = header_length(file.read(8), record.size, name)
            entries = parse_header(file.read(length), record.size - 8 - length, name)
        for entry in entries:
            size, offset = entry.stop - entry.start, 8 + length + entry.start
            tensors[entry.name] = StoredTensor(entry.dtype, entry.shape, size, path / name, offset)
    return Content(state["objects"], tensors)


def _opened(path: Path) -> BinaryIO:
    """A training that goes on may delete the step meanwhile: not the fault of what is written."""
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise DamagedStepError(f"{path.name} is missing") from None


def choose_role(content: Content, role: str | None) -> Content:
    """With ``role`` alone; all of it without one."""
    if role is None:
        return content
    return Content({role: pick(content.structures, role)}, content.tensors)


def pick(values: Mapping[str, Any], role: str) -> Any:
    """``values[role]``; :class:`UsageError` where there is none."""
    if role not in values:
        raise UsageError(f"This step has no {role!r}. Choose one of {', '.join(sorted(values))}.")
    return values[role]


def safe_states(payload: bytes) -> dict[str, Any]:
    """``{role: state}`` of state.pt; needs torch. What torch itself says of a payload that it
    refuses is not passed on: it advises to load it unsafely."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return standalone_state(payload)
    except DamagedStepError:
        raise UsageError(
            "This step's state.pt has more than tensors and plain values, or is not "
            "a PyTorch file. Loading it could run code, so it is not loaded. Choose "
            "another step."
        ) from None


def standalone_content(payload: bytes) -> Content:
    """Of a step in the standalone form, from its state.pt."""
    encoder = Encoder()
    try:
        states = safe_states(payload)
        structures = {
            role: encoder.encode(value, role, templated=True) for role, value in states.items()
        }
    except CannotStoreError as error:
        raise UsageError(f"{error} Or export to .pt.") from None
    return Content(structures, {leaf.name: LoadedTensor(leaf) for leaf in encoder.leaves})
