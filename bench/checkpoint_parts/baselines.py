"""State, baselines and helpers of the checkpoint bench."""

from __future__ import annotations

import contextlib
import io
import os
import re
import statistics
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

TENSORS = 16
MEGABYTES = 512


def make_state(megabytes: int = MEGABYTES, count: int = TENSORS) -> dict[str, torch.Tensor]:
    """``count`` float32 tensors, together ``megabytes`` MiB."""
    size = megabytes * (1 << 20) // 4 // count
    return {f"t{index}": torch.randn(size) for index in range(count)}


def change(state: dict[str, torch.Tensor]) -> None:
    """What a step of training does: every value becomes another one."""
    for tensor in state.values():
        tensor.mul_(1.0001)


def seconds(action: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def median(values: list[float]) -> float:
    return statistics.median(values)


class PlainCopy:
    """The floor of a stall: a copy into memory that is there and touched."""

    def __init__(self, state: dict[str, torch.Tensor]) -> None:
        self.buffers = {name: torch.empty_like(tensor).zero_() for name, tensor in state.items()}

    def __call__(self, state: dict[str, torch.Tensor]) -> None:
        for name, tensor in state.items():
            self.buffers[name].copy_(tensor)


def raw_write(state: dict[str, torch.Tensor], path: Path) -> None:
    """The same bytes, written in one sequence and fsynced."""
    with open(path, "wb", buffering=0) as file:
        for tensor in state.values():
            view = memoryview(tensor.numpy()).cast("B")
            for offset in range(0, len(view), 16 << 20):
                file.write(view[offset : offset + (16 << 20)])
        os.fsync(file.fileno())


def read_and_check(path: Path) -> None:
    """The same bytes, read and checked, the plain way."""
    zlib.crc32(path.read_bytes())


def rename_then_save(state: dict[str, torch.Tensor], path: Path) -> None:
    """What people copy: the old file steps aside, the new one is written over its name."""
    old = path.with_suffix(".old")
    if path.exists():
        os.rename(path, old)
    with open(path, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    if old.exists():
        os.unlink(old)


def drop_cache(path: Path) -> None:
    """Make the next read of a file come from the disk."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def peak() -> int:
    """Peak resident memory of this program in bytes (ru_maxrss would be its parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()):
        yield
