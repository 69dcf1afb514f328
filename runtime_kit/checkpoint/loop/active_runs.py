"""The runs of this process, for whoever watches it or asks it for a checkpoint."""

from __future__ import annotations

import weakref
from typing import Any

_runs: list[weakref.ref[Any]] = []


def add(run: Any) -> None:
    """A run begins its life."""
    _runs[:] = [known for known in _runs if known() is not None]
    _runs.append(weakref.ref(run))


def runs() -> list[Any]:
    """Those whose objects are still there, oldest first."""
    alive = (known() for known in list(_runs))
    return [run for run in alive if run is not None]
