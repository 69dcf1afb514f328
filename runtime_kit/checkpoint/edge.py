"""The state at a point that has just passed, as long as it can still be had."""

from __future__ import annotations

from .dtypes import module
from .snapshot import Snapshot

_COPY_LIMIT = 64 << 20  # bytes of NumPy arrays, which do not count their changes


class Edge:
    """A snapshot whose tensors are still the live ones. Between loops the user's code validates,
    logs and steps the scheduler; a stop there must save what was before that code, which will run
    again. Plain values are copied in the snapshot, tensors tell by their version whether they are
    still the same."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        leaves = snapshot.all_leaves()
        numpy = module("numpy")
        mutable = [leaf for leaf in leaves if numpy and type(leaf.source) is numpy.ndarray]
        self._usable = sum(leaf.size for leaf in mutable) <= _COPY_LIMIT
        if self._usable:
            for leaf in mutable:
                leaf.source = leaf.source.copy()
        self._leaves = leaves
        self._versions = [leaf.version for leaf in leaves]

    def snapshot(self) -> Snapshot | None:
        """The snapshot, or None if a tensor has changed since."""
        if not self._usable:
            return None
        same = all(
            leaf.version == version
            for leaf, version in zip(self._leaves, self._versions, strict=True)
        )
        return self._snapshot if same else None
