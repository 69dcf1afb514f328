"""Waiting that always ends: at the result, at the time-out, or at the user's interrupt."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
FOR_EVER = math.inf
SLICE = 0.2
"""Seconds after which a wait looks up: on Windows an interrupt is seen between two of them only."""


class Deadline:
    """A point in time that several waits share."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._end = time.monotonic() + timeout

    @property
    def left(self) -> float:
        return max(self._end - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        return self.left == 0.0


def bounded(function: Callable[[], T], timeout: float, late: Callable[[], Exception]) -> T:
    """Call a function that may block for ever, as one does that touches a dead mount.

    It runs in a thread of its own, which is left behind when it does not come back: a thread
    that hangs in the kernel cannot be ended, and ends with the process.

    :param late: makes the error that is raised when it did not come back within ``timeout`` s.
    """
    outcome: list[tuple[T | None, BaseException | None]] = []
    done = threading.Event()

    def work() -> None:
        try:
            outcome.append((function(), None))
        except BaseException as error:
            outcome.append((None, error))
        done.set()

    threading.Thread(target=work, name="runtime-kit-bounded", daemon=True).start()
    if not wait_until(done, timeout):
        raise late()
    value, error = outcome[0]
    if error is not None:
        raise error
    return value  # type: ignore[return-value]


def wait_until(done: threading.Event, timeout: float) -> bool:
    """Wait for an event; False when it did not come within ``timeout`` seconds."""
    deadline = Deadline(timeout)
    while not done.wait(min(SLICE, deadline.left)):
        if deadline.over:
            return False
    return True
