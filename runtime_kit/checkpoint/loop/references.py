"""Variables that name a tracked object: which one it is comes back, its state has its own place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module

Reference = tuple[str, str, str]


class References:
    """``("tracked", role, part)``: ``part`` is a submodule, parameter or buffer of a module."""

    def __init__(self, tracked: Mapping[str, Any]) -> None:
        self._tracked = tracked

    def to(self, value: Any) -> Reference | None:
        """How a tracked object is found again; None for what can't be named."""
        for role, owner in self._tracked.items():
            if owner is value:
                return ("tracked", role, "")
        for role, owner in self._tracked.items():
            for name, part in _parts_of(owner):
                if part is value:
                    return ("tracked", role, name)
        return None

    def find(self, role: str, part: str) -> Any:
        """:raises KeyError: it is not tracked now."""
        owner = self._tracked[role]
        return dict(_parts_of(owner))[part] if part else owner


def _parts_of(owner: Any) -> Iterator[tuple[str, Any]]:
    torch = module("torch")
    if torch is not None and isinstance(owner, torch.nn.Module):
        yield from owner.named_modules()
        yield from owner.named_parameters()
        yield from owner.named_buffers()
