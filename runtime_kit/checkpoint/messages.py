"""How the engine speaks: one line at a time, from the user's own thread."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from runtime_kit._os.say import say as _say

from .errors import CheckpointWarning

_listeners: list[Callable[[dict[str, Any]], None]] = []


_muted: list[bool] = [False]


def mute(muted: bool) -> None:
    """Of several processes only one speaks."""
    _muted[0] = muted


def say(text: str) -> None:
    """One line of information."""
    if _muted[0]:
        return
    _say(text)


def warn(text: str, category: type[Warning] = CheckpointWarning) -> None:
    """A warning that says what to do. Attributed to the first frame outside this package."""
    if _muted[0]:
        return
    warnings.warn(text, category, stacklevel=_outside())


def nothing_left(run: str, wanted: str, step: int) -> str:
    """A loop that has nothing to do, which would otherwise look like one that does nothing."""
    return (
        f"Run {run!r} has already completed {wanted} (step {step}). Raise the count "
        "to continue, or use a new name."
    )


def left_before(run: str, step: int) -> str:
    """A loop that was left by break before the process ended: what follows is the code after it."""
    return (
        f"Run {run!r} left its loop with break at step {step}: continuing after the loop. To train "
        "on, call run.finish() after it and run again."
    )


def inexact_because(saved: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What is different from when a step was saved and keeps results from being the same bit for
    bit; ``""`` if nothing is. Both have ``versions`` and ``platform`` as in state.json."""
    found = []
    for part, key in (("platform", "device"), ("versions", "torch"), ("versions", "jax")):
        before, after = (side.get(part, {}).get(key) for side in (saved, now))
        if before and after and before != after:
            found.append(f"{key} was {before} and is {after}")
    return ", ".join(found)


def readable_age(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h``, ``2 days``."""
    for limit, size, unit in ((100, 1, "s"), (6000, 60, "min"), (172800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"


def subscribe(listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
    """Hear of events (``resumed``, ``saved``, ``failed``, ``mirrored``): dicts with ``event``,
    ``run``, ``step``, ``time``. Called from any thread; must be quick. Returns an unsubscriber."""
    _listeners.append(listener)

    def unsubscribe() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return unsubscribe


def emit(event: dict[str, Any]) -> None:
    """Tell all listeners; what one of them raises concerns nobody else."""
    for listener in list(_listeners):
        with contextlib.suppress(Exception):  # a panel's bug must never stop a training
            listener(event)


def announce(event: str, run: str, step: int, **more: Any) -> None:
    """Tell all listeners of ``event`` at ``step`` of ``run``."""
    emit({"event": event, "run": run, "step": step, "time": time.time(), **more})


class Mailbox:
    """Messages of background threads, held until the user's thread can show them: a print in the
    middle of a progress bar or of another cell's output would be lost or misplaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[tuple[str, bool]] = []

    def post(self, text: str, *, warning: bool = False) -> None:
        with self._lock:
            self._messages.append((text, warning))

    def deliver(self) -> None:
        with self._lock:
            messages, self._messages = self._messages, []
        for text, warning in messages:
            warn(text) if warning else say(text)


def _outside() -> int:
    level = 2
    frame = sys._getframe(level)
    package = __name__.rpartition(".")[0]
    while frame is not None and frame.f_globals.get("__name__", "").startswith(package):
        frame = frame.f_back  # type: ignore[assignment]
        level += 1
    return level
