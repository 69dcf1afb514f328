"""When to save a small state between two saves of the schedule, so that a kill costs few steps.

The schedule saves every 10 s at most. A small state costs little enough to be saved far more often;
such an interim step lives until the next save.
"""

from __future__ import annotations

import statistics
import time
from collections import deque

from .schedule import Schedule

SMALL = 50_000_000  # bytes of a state that is worth it
_RATE = 20e6  # bytes a second at most, 1.7 TB a day: disks wear, and those of clouds are throttled
_FIRST = 1.0  # seconds until the first one, and between the first two
_COSTS = 8  # saves that the cost is the mean of


class InterimSchedule:
    """Uses what ``schedule`` leaves of its share of the training time; nothing where the user said
    how often to save."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._size = 0  # bytes of the state, as far as known
        self._stall = 0.0  # of the last save
        self._costs: deque[float] = deque(maxlen=_COSTS)
        self._first = True
        self._last = time.monotonic()

    def begin(self) -> None:
        """Training starts, or a save of the schedule was made."""
        self._last = time.monotonic()

    def fits(self, size: int) -> bool:
        """Whether a state of ``size`` bytes is saved in between."""
        self._last, self._size = time.monotonic(), size
        return size <= SMALL

    @property
    def interval(self) -> float:
        """Seconds between two saves."""
        if not self._costs:
            return _FIRST
        cost = statistics.fmean(self._costs)
        # Like the schedule's: the interval holds the cost as well.
        return max(cost * (1 + 1 / self._schedule.spare), self._size / _RATE)

    def due(self) -> bool:
        """A step boundary is reached; asked at each, so it is cheap."""
        return (
            self._size <= SMALL
            and self._schedule.spare > 0
            and time.monotonic() - self._last >= self.interval
        )

    def saved(self, stall: float) -> None:
        """A save stalled training for ``stall`` seconds; its write begins now."""
        self._last = time.monotonic()
        self._stall = stall

    def written(self, work: float) -> None:
        """The write took ``work`` seconds of a processor. The training has lost them where it uses
        all cores, and it is not to wait for the GIL longer either."""
        if not self._first:  # it makes buffers and reads code
            self._costs.append(self._stall + work)
        self._first = False
