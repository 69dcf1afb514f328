"""Signs that a run is being trained where no lock tells: a standalone cell keeps none, and neither
has a mirror. What was written last, and how often that happens, has to tell then."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .._os.files import stat_or_none
from ..checkpoint.run_dir.layout import LOCK, Listing

_LEAST = 900.0  # seconds in which another write may come
_EPOCHS = 3  # of the length of the last one: the next may take longer
_UNKNOWN = 43200.0  # seconds, where only one step tells nothing of a rhythm


def has_lock(folder: Path, newest: dict[str, Any]) -> bool:
    """Whether the run's lock tells. One that the library left stays beside a standalone training,
    whose ``state.json`` has no ``objects``."""
    return "objects" in newest and stat_or_none(folder / LOCK) is not None


def rhythm(saved: list[Any]) -> float | None:
    """Seconds within which a training writes again, from when its steps were saved, the newest
    first; None where that is not known."""
    if not saved or not isinstance(saved[0], int | float):
        return None
    if len(saved) < 2 or not isinstance(saved[1], int | float):
        return _UNKNOWN
    return max(_LEAST, _EPOCHS * (saved[0] - saved[1]))


def activity(listing: Listing, run: dict[str, Any], seconds: float | None) -> dict[str, Any]:
    """``written``: when something was written into the run, and ``due``: by when it is again if it
    is being trained (both in seconds since 1970; None: there is a lock, or it is finished).
    ``sign`` changes with each write."""
    begun = _newest(listing.temporary)
    sign = f"{max(listing.steps, default=0)} {begun:.3f}"
    if seconds is None or run["finished"] or run["saved"] is None:
        return {"written": None, "due": None, "sign": sign}
    written = max(run["saved"], begun)
    return {"written": written, "due": written + seconds, "sign": sign}


def _newest(folders: Iterable[Path]) -> float:
    """When something was written into one of them; 0 where there is none."""
    found = 0.0
    for folder in folders:
        with contextlib.suppress(OSError):  # it became a step, or is gone
            found = max([found, *(path.stat().st_mtime for path in [folder, *folder.iterdir()])])
    return found
