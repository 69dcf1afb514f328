"""Reads one step: everything is checked before anything of it is used."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from runtime_kit._os.files import open_regular
from runtime_kit._os.positioned import read_at
from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.run_dir import crc
from runtime_kit.checkpoint.run_dir.layout import COMMIT, STATE, Commit, FileRecord
from runtime_kit.checkpoint.run_dir.step_files import (
    compare,
    look_at_step,
    named,
    read_small,
    reading,
)
from runtime_kit.checkpoint.state.decode import Tensors, wanted_libraries
from runtime_kit.checkpoint.state.safetensors_format import header_length, parse_header

from .damage import check_body
from .payload_reader import Target, fill, plan_targets

_DISTRIBUTED = "dcp/"
_LONGEST = 1 << 29  # bytes of a COMMIT.json or state.json
Progress = Callable[[int], None]
T = TypeVar("T")


@dataclass
class StepContent:
    """A verified step: parsed state.json, tensors by name, and what COMMIT.json lists.

    ``tensors`` is empty unless they were asked for; ``payload`` holds the bytes of state.pt where
    the standalone cell wrote the step.
    """

    path: Path
    commit: Commit
    state: dict[str, Any]
    tensors: Tensors
    payload: bytes | None = None


def read_step(
    path: Path, step: int, progress: Progress | None = None, *, check_spread: bool = True
) -> StepContent:
    """Read and check a whole step in one pass over its bytes. Files in ``dcp/`` are only checked,
    and with ``check_spread=False`` not even that (another process has done it)."""
    return _unless_replaced(path, lambda: _read_step(path, step, progress, check_spread))


def verify_step(path: Path, step: int, progress: Progress | None = None) -> Commit:
    """Check every file of a step without keeping its content."""
    return _unless_replaced(path, lambda: _verify_step(path, step, progress))


def _unless_replaced(path: Path, read: Callable[[], T]) -> T:
    """Read again what another process has replaced meanwhile, as when it gives a step files of its
    own: a mixture of both looks damaged."""
    before = _commit_bytes(path)
    try:
        return read()
    except DamagedStepError:
        if _commit_bytes(path) == before:
            raise
        return read()


def _commit_bytes(path: Path) -> bytes:
    try:
        return read_small(path / COMMIT, COMMIT)
    except DamagedStepError:
        return b""


def _read_step(path: Path, step: int, progress: Progress | None, check_spread: bool) -> StepContent:
    commit, state = look_at_step(path, step)
    with reading(STATE):
        check_body(state)
        nodes = [state.get(key, {}) for key in ("objects", "variables")]
        libraries = wanted_libraries(nodes, {})
    tensors: Tensors = {}
    payload: bytes | None = None
    for name, record in commit.files.items():
        if name == STATE:
            continue
        if name.endswith(".safetensors") and not name.startswith(_DISTRIBUTED):
            with reading(name):
                tensors.update(_read_tensors(path / name, name, record, libraries, progress))
        elif name == "state.pt":
            payload = read_small(path / name, name, record.size)
            compare(name, record, len(payload), crc.crc32(payload))
        elif check_spread or not name.startswith(_DISTRIBUTED):
            check_file(path / name, name, record, progress)
    missing = sorted(set(libraries) - set(tensors))
    if missing and not any(name.startswith(_DISTRIBUTED) for name in commit.files):
        raise DamagedStepError(f"tensor {missing[0]} is in none of its files")
    return StepContent(path, commit, state, tensors, payload)


def _verify_step(path: Path, step: int, progress: Progress | None) -> Commit:
    commit, _ = look_at_step(path, step)
    for name, record in commit.files.items():
        if name != STATE:
            check_file(path / name, name, record, progress)
    return commit


def file_record(path: Path, progress: Progress | None = None) -> FileRecord:
    """Size and CRC of a file as it is, read in pieces into one small buffer."""
    buffer = memoryview(bytearray(crc.CHUNK))
    value = size = 0
    with open(open_regular(path), "rb", buffering=0) as file:
        while count := file.readinto(buffer):
            value = crc.crc32(buffer[:count], value)
            size += count
            if progress:
                progress(count)
    return FileRecord(size, value)


def check_file(path: Path, name: str, record: FileRecord, progress: Progress | None = None) -> None:
    """See that one file has the size and CRC that COMMIT.json lists."""
    with named(name):
        found = file_record(path, progress)
    compare(name, record, found.size, found.crc32)


def _read_tensors(
    path: Path, name: str, record: FileRecord, libraries: dict[str, str], progress: Progress | None
) -> Tensors:
    with named(name):
        descriptor = open_regular(path)
        try:
            first = _bytes_at(descriptor, 8, 0)
            length = header_length(first, record.size, name)
            head = _bytes_at(descriptor, length, 8)
            entries = parse_header(head, record.size - 8 - length, name)
            targets = plan_targets(entries, libraries, 8 + length)
            value, size = crc.crc32(first + head), 8 + len(head)
            lock = threading.Lock()

            def read(target: Target) -> int:
                result = fill(descriptor, target)
                if progress:
                    with lock:
                        progress(target.size)
                return result

            with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
                for target, part in zip(targets, pool.map(read, targets), strict=True):
                    value = crc.combine(value, part, target.size)
                    size += target.size
        finally:
            os.close(descriptor)
    compare(name, record, size, value)
    tensors: Tensors = {}
    for target in targets:
        tensors.update(target.tensors())
    return tensors


def _bytes_at(descriptor: int, size: int, offset: int) -> bytes:
    data = bytearray(size)
    return bytes(data[: read_at(descriptor, memoryview(data), offset)])
