"""Host memory that is allocated once and reused for every save.

A copy into touched pages runs at memory speed; a fresh clone pays a page fault for every 4 KiB and
is 5-10 times slower. An arena asks for huge pages and stays out of forked children: a DataLoader
worker would otherwise make each later copy fault again, and double the memory.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
from typing import Any, cast

from runtime_kit.checkpoint.state.dtypes import module

_PAGE = 2 << 20
_TOUCH = 16 << 20


class Arena:
    """``size`` bytes of writable memory. ``pinned`` asks CUDA for page-locked memory, which a
    GPU can copy to on its own."""

    def __init__(self, size: int, *, pinned: bool = False) -> None:
        self.size = size
        self.pinned = False
        self._bytes: Any = None
        self._tensor: Any = None
        self._touched = False
        if pinned and size:
            self._pin(size)
        if self._bytes is None:
            self._map(size)
        self.view = memoryview(cast(Any, self._bytes)).cast("B")[:size]

    def _pin(self, size: int) -> None:
        torch = module("torch")
        with contextlib.suppress(RuntimeError):  # not enough lockable memory: pageable then
            self._tensor = torch.empty(size, dtype=torch.uint8, device="cpu", pin_memory=True)
            self._bytes = (ctypes.c_ubyte * size).from_address(self._tensor.data_ptr())
            self.pinned = self._touched = True

    def _map(self, size: int) -> None:
        length = max(_PAGE, -(-size // _PAGE) * _PAGE)
        if hasattr(mmap, "MAP_PRIVATE"):
            self._bytes = mmap.mmap(-1, length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            for advice in ("MADV_HUGEPAGE", "MADV_DONTFORK"):
                if hasattr(mmap, advice):
                    with contextlib.suppress(OSError):
                        self._bytes.madvise(getattr(mmap, advice))
        else:
            self._bytes = mmap.mmap(-1, length)

    @property
    def address(self) -> int:
        """Where the memory begins."""
        return ctypes.addressof(ctypes.c_ubyte.from_buffer(self.view)) if self.size else 0

    def touch(self) -> None:
        """Make the pages exist; ctypes lets other threads run meanwhile."""
        if self._touched:
            return
        self._touched = True
        address = self.address
        for offset in range(0, self.size, _TOUCH):
            ctypes.memset(address + offset, 0, min(_TOUCH, self.size - offset))

    def torch(self) -> Any:
        """The arena as a flat uint8 tensor over the same memory."""
        if self.pinned:
            return self._tensor
        return module("torch").frombuffer(self.view, dtype=module("torch").uint8)
