"""The state at a point that has just passed, as long as it can still be had."""

from __future__ import annotations

from typing import Any

from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.leaves import Leaf
from runtime_kit.checkpoint.state.snapshot import Snapshot

_COPY_LIMIT = 64 << 20  # bytes of what does not count its changes
_SAMPLES = 16  # elements of a tensor


class LoopBoundary:
    """A snapshot whose tensors are still the live ones. Between loops the user's code validates,
    logs and steps the scheduler; a stop there must save what was before that code, which will run
    again. Plain values are copied in the snapshot, and so is what counts no changes (NumPy arrays,
    inference tensors). Other tensors tell by their version whether they are still the same, and by
    some of their elements, since a change through ``.data`` leaves the version alone."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        leaves = snapshot.live_leaves()
        mutable = [leaf for leaf in leaves if _is_mutable(leaf) and leaf.version is None]
        self._usable = sum(leaf.size for leaf in mutable) <= _COPY_LIMIT
        if self._usable:
            for leaf in mutable:
                leaf.source = leaf.source.copy() if leaf.library == "numpy" else leaf.source.clone()
        self._leaves = [leaf for leaf in leaves if leaf.version is not None]
        self._seen = [(leaf.version, _sample(leaf)) for leaf in self._leaves]

    def snapshot(self) -> Snapshot | None:
        """The snapshot, or None if a tensor has changed since."""
        if not self._usable:
            return None
        for leaf, (version, sample) in zip(self._leaves, self._seen, strict=True):
            if leaf.version != version or not _same(_sample(leaf), sample):
                return None
        return self._snapshot


def _is_mutable(leaf: Leaf) -> bool:
    """Arrays of JAX cannot change."""
    numpy = module("numpy")
    return leaf.library == "torch" or (numpy is not None and type(leaf.source) is numpy.ndarray)


def _sample(leaf: Leaf) -> Any:
    """Some elements, copied where they are, without waiting for a GPU."""
    tensor = leaf.source.detach()
    if not tensor.is_contiguous() or tensor.numel() == 0:
        return None
    return tensor.view(-1)[:: max(1, tensor.numel() // _SAMPLES)].clone()


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    torch = module("torch")
    return bool(torch.equal(one.view(torch.uint8), other.view(torch.uint8)))  # also with NaN
