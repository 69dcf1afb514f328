"""The runs of this process, for whoever watches it or asks it for a checkpoint."""

from __future__ import annotations

import weakref
from typing import Any

_training: dict[Any, weakref.ref[Any]] = {}
_runs: list[weakref.ref[Any]] = []


def add(run: Any) -> None:
    """A run begins its life."""
    _runs[:] = [known for known in _runs if known() is not None]
    _runs.append(weakref.ref(run))


def claim(folder: Any, session: Any) -> None:
    """A loop of this session begins: of several objects on one run it is the one that trains."""
    _training[folder] = weakref.ref(session)


def trains(folder: Any, session: Any) -> bool:
    """No newer object on the same run has begun a loop in this process."""
    known = _training.get(folder)
    return known is None or known() is None or known() is session


def runs() -> list[Any]:
    """Those whose objects are still there, oldest first."""
    alive = (known() for known in list(_runs))
    return [run for run in alive if run is not None]
