"""The runs of this process, for whoever watches it or asks it for a checkpoint."""

from __future__ import annotations

import contextlib
import json
import os
import time
import weakref
from typing import TYPE_CHECKING

from runtime_kit._os.files import replace_small
from runtime_kit.checkpoint.run_dir.layout import LOCK

from .phase import Phase

if TYPE_CHECKING:
    from runtime_kit.checkpoint.run import Run

_runs: list[weakref.ref[Run]] = []


def add(run: Run) -> None:
    """A run begins its life."""
    _runs[:] = [known for known in _runs if known() is not None]
    _runs.append(weakref.ref(run))


def runs() -> list[Run]:
    """Those whose objects are still there, oldest first."""
    alive = (known() for known in list(_runs))
    return [run for run in alive if run is not None]


def request(run: Run) -> float | None:
    """Have the training loop save at its next boundary. May be called from any thread.

    Returns the time from which on a committed step of the run confirms it, or None where no loop of
    the run is under way that could do it.
    """
    session = run._session
    if session.manager.stopped or session.phase in (Phase.IDLE, Phase.BROKEN):
        return None
    since = time.time()
    session.saver.wanted = True
    return since


def note_finished(run: Run) -> None:
    """The run was brought to its end, not just left: nobody is to be asked whether to resume it."""
    path = run.manager.folder / LOCK
    with contextlib.suppress(OSError, ValueError):
        owner = json.loads(path.read_bytes())
        if owner.get("released") and owner.get("pid") == os.getpid():
            body = {**owner, "finished": run.manager.newest()}
            replace_small(path, json.dumps(body, indent=1).encode())
