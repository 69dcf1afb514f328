"""What the front end asks, and what it is answered: dicts that JSON can hold."""

from __future__ import annotations

from typing import Any

from . import actions, live, publish, storage
from .budget import USUAL
from .sampler import Sampler
from .watcher import Watcher

_MOMENT = 0.5  # seconds that a click is worth
_watcher: list[Watcher] = []


def connect(client: str, comm_id: str, beside: bool, interval: float = USUAL) -> dict[str, Any]:
    """Watch for the front end ``client``, which listens to ``comm_id`` as all of them do.

    The answer has a first sample and says whether more are pushed while a cell runs. ``beside``:
    asked over a subshell, while a cell runs. ``interval``: seconds between samples that the user
    wants; of several front ends the shortest counts.
    """
    watcher = _watch()
    pushes = watcher.add(client, comm_id, interval)
    if beside:
        watcher.say_busy()
    sample = watcher.sampler.take(busy=watcher.busy)
    return {"pushes": pushes, "sample": sample}


def refresh(client: str, interval: float = USUAL, fresh: bool = False) -> dict[str, Any]:
    """One sample on demand. Also tells that the front end is still there, and its wish.

    ``fresh``: also of what is asked less often because it costs much.
    """
    watcher = _watch()
    watcher.renew(client, interval)
    if fresh:
        storage.look(_MOMENT)
    return {"sample": watcher.sampler.take(busy=watcher.busy, fresh=fresh)}


def disconnect(client: str) -> dict[str, Any]:
    """Nothing of this front end's shows samples any more."""
    for watcher in _watcher:
        watcher.remove(client)
    return {}


def checkpoint(run: str, beside: bool) -> dict[str, Any]:
    """Save a run that is alive here: ``step`` confirms it, or a run of a sample whose ``saved`` is
    not before ``since``."""
    watcher = _watch()
    if beside:
        watcher.wish()
        watcher.say_busy()
    found = live.find(run)
    if found is None:
        return actions.say(False, "not-alive", run=run)
    answer = actions.checkpoint(found, beside)
    # The page asked beside a cell that may have ended on the way: it asks again then.
    return {**answer, "ended": beside and not answer["ok"] and not watcher.busy}


def act(action: str, arguments: dict[str, str], beside: bool) -> dict[str, Any]:
    """Verify, export or delete a run; flush or remount the storage."""
    answer = actions.act(action, arguments)
    if beside:
        _watch().say_busy()
    return answer


def close() -> None:
    """A newer version takes over."""
    for watcher in _watcher:
        watcher.remove_all()
    _watcher.clear()


def _watch() -> Watcher:
    if not _watcher:
        _watcher.append(Watcher(publish.shell(), Sampler()))
    return _watcher[0]
