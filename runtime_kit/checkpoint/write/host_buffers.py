"""Copies the leaves of a save into reused arenas, one arena a payload file.

This copy is the whole stall of a save. The arena holds the tensors as the file will, so that the
writer needs no further copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.leaves import Leaf

from .arena import Arena
from .parallel_copy import Span, copy_spans

_LEAST_SPAN = 128 << 10  # bytes; smaller tensors are copied by one call for all of them


@dataclass
class Staged:
    """One tensor ready to be written: its leaf and its bytes."""

    leaf: Leaf
    data: memoryview


@dataclass
class StagedFile:
    """The tensors of a payload file, one after the other in ``block``."""

    leaves: list[Leaf]
    block: memoryview

    @cached_property
    def rows(self) -> list[Staged]:
        """Each tensor with its bytes; made by the writer, as training waits for the copy."""
        found, offset = [], 0
        for leaf in self.leaves:
            found.append(Staged(leaf, self.block[offset : offset + leaf.size]))
            offset += leaf.size
        return found

    @property
    def size(self) -> int:
        return len(self.block)


class HostBuffers:
    """The arenas of a run. ``copy`` may be called again once the last copy has been written."""

    def __init__(self) -> None:
        self._arenas: dict[str, Arena] = {}
        self._plans: dict[str, tuple[tuple[object, ...], list[Any]]] = {}
        self._events: list[Any] = []
        self._streams: dict[int, Any] = {}

    @property
    def size(self) -> int:
        return sum(arena.size for arena in self._arenas.values())

    def missing(self, files: dict[str, list[Leaf]]) -> int:
        """Bytes that would have to be allocated for these files."""
        total = 0
        for name, leaves in files.items():
            need = sum(leaf.size for leaf in leaves)
            if name not in self._arenas or self._arenas[name].size < need:
                total += need
        return total

    def prepare(self, files: dict[str, list[Leaf]]) -> None:
        """Allocate what is missing. Arenas of files that are no longer written are let go."""
        for name in [name for name in self._arenas if name not in files]:
            del self._arenas[name], self._plans[name]
        for name, leaves in files.items():
            need = sum(leaf.size for leaf in leaves)
            if name not in self._arenas or self._arenas[name].size < need:
                self._plans.pop(name, None)
                self._arenas.pop(name, None)
                pinned = any(not leaf.on_host and _is_cuda(leaf) for leaf in leaves)
                self._arenas[name] = Arena(need, pinned=pinned)
                self._plans[name] = ((), [])

    def touch(self) -> None:
        for arena in list(self._arenas.values()):
            arena.touch()

    def copy(self, files: dict[str, list[Leaf]]) -> dict[str, StagedFile]:
        """Copy all leaves. CUDA tensors are copied by the GPU itself; :meth:`wait` before use."""
        self.prepare(files)
        targets: list[Any] = []
        sources: list[Any] = []
        spans: list[Span] = []
        alive: list[Any] = []  # what the spans point into
        staged: dict[str, StagedFile] = {}
        for name, leaves in files.items():
            arena = self._arenas[name]
            views = self._views(name, arena, leaves)
            offset, begin = 0, arena.address
            for leaf, view in zip(leaves, views, strict=True):
                source, size = leaf.flat(), leaf.size
                if size >= _LEAST_SPAN and (address := _address(source)):
                    spans.append((begin + offset, address, size))
                    alive.append(source)
                elif leaf.library == "torch":
                    targets.append(view)
                    sources.append(source)
                elif size:
                    view[...] = source
                offset += size
            staged[name] = StagedFile(leaves, arena.view[:offset])
        if sources:
            self._copy_torch(targets, sources)
        if spans:
            copy_spans(spans, _threads())
        return staged

    def _views(self, name: str, arena: Arena, leaves: Sequence[Leaf]) -> list[Any]:
        """Views into the arena; making thousands of them costs, so they are kept."""
        plan = tuple((leaf.dtype, leaf.shape, leaf.library) for leaf in leaves)
        if self._plans[name][0] != plan or not plan:
            self._plans[name] = (plan, _make_views(arena, leaves))
        return self._plans[name][1]

    def _copy_torch(self, targets: list[Any], sources: list[Any]) -> None:
        torch = module("torch")
        with torch.no_grad():
            if not any(source.is_cuda for source in sources):
                torch._foreach_copy_(targets, sources)
                return
            # The side stream starts after all work queued so far, and later work waits for it: the
            # copy sees one moment, and the host goes on queueing the next step meanwhile.
            for device in sorted({s.get_device() for s in sources if s.is_cuda}):
                current, side = torch.cuda.current_stream(device), self._side(device)
                side.wait_stream(current)
                with torch.cuda.stream(side):
                    for target, source in zip(targets, sources, strict=True):
                        if source.is_cuda and source.get_device() == device:
                            target.copy_(source, non_blocking=True)
                event = side.record_event()
                current.wait_event(event)
                self._events.append(event)
            for target, source in zip(targets, sources, strict=True):
                if not source.is_cuda:
                    target.copy_(source)

    def _side(self, device: int) -> Any:
        if device not in self._streams:
            self._streams[device] = module("torch").cuda.Stream(device)
        return self._streams[device]

    def wait(self) -> None:
        """Block until the last copy is complete (only a GPU's copy may still be under way)."""
        events, self._events = self._events, []
        for event in events:
            event.synchronize()


def _address(source: Any) -> int:
    """Where the bytes of a row-major tensor or array of this machine's memory begin; 0 for
    others."""
    torch = module("torch")
    if torch is not None and isinstance(source, torch.Tensor):
        plain = source.device.type == "cpu" and source.is_contiguous()
        return int(source.data_ptr()) if plain else 0
    return int(source.ctypes.data) if source.flags.c_contiguous else 0


def _threads() -> int:
    """As many as torch may use, which is what the user or the job has allowed."""
    torch = module("torch")
    return int(torch.get_num_threads()) if torch is not None else 1


def _is_cuda(leaf: Leaf) -> bool:
    return bool(leaf.library == "torch" and leaf.source.is_cuda)


def _make_views(arena: Arena, leaves: Sequence[Leaf]) -> list[Any]:
    torch, numpy = module("torch"), module("numpy")
    flat: Any = None
    if any(leaf.library == "torch" for leaf in leaves):  # all of them may be empty
        flat = arena.torch() if arena.size else torch.empty(0, dtype=torch.uint8)
    views = []
    offset = 0
    for leaf in leaves:
        if leaf.library == "torch":
            part = flat[offset : offset + leaf.size]
            dtype = leaf.flat().dtype
            views.append(
                part.view(dtype).view(leaf.shape)
                if leaf.size
                else torch.empty(leaf.shape, dtype=dtype, device="cpu")
            )
        else:
            dtype = leaf.flat().dtype
            part = numpy.frombuffer(arena.view[offset : offset + leaf.size], dtype)
            views.append(part.reshape(leaf.shape))
        offset += leaf.size
    return views
