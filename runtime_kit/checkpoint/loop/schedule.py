"""When to save: often enough to lose little, seldom enough not to be felt."""

from __future__ import annotations

import datetime
import re
import statistics
import time
from collections import deque

from runtime_kit.checkpoint.errors import CheckpointError

FLOOR = 10.0  # seconds: "auto" does not save more often, however cheap it is
AIM = 2 / 3  # of max_overhead: what saves cost varies, most so beside other programs
RETRY = 30.0  # seconds to the next try after a save that failed
_COSTS = 4  # saves whose mean the cost is at least
_UNITS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


class Schedule:
    """Decides at each step boundary whether a save is due.

    ``every``: ``"auto"``, a number of steps, or a time such as ``"5m"``. With ``"auto"`` the
    interval is what makes stall plus slow-down during the write at most ``max_overhead`` of the
    training time; both are measured all along (the idea of CheckFreq, FAST'21). A write costs at
    least the processor time that it takes: a training that uses all cores loses just that.
    """

    def __init__(
        self, every: str | int = "auto", max_overhead: float = 0.03, deadline: float | None = None
    ) -> None:
        if not 0 < max_overhead <= 1:
            raise CheckpointError(f"max_overhead={max_overhead}: use a share such as 0.03.")
        self.steps = every if isinstance(every, int) and not isinstance(every, bool) else None
        if self.steps is not None and self.steps < 1:
            raise CheckpointError(f"every={every}: use at least 1 step.")
        self.seconds = None if self.steps or every == "auto" else parse_duration(every, "every")
        self.max_overhead = max_overhead
        self.deadline = deadline
        self.cost = 0.0  # seconds that one save takes from the training: stall and slow-down
        self.write_seconds = 0.0
        self._plain: deque[float] = deque(maxlen=64)
        self._during: list[float] = []
        self._stall = self._slower = self._work = 0.0  # of the last save
        self._costs: deque[float] = deque(maxlen=_COSTS)
        self._last_time = time.monotonic()
        self._last_step = 0
        self._deadline_done = False

    def begin(self, step: int) -> None:
        """Training starts (or goes on) at ``step``."""
        self._last_time = time.monotonic()
        self._last_step = step

    @property
    def interval(self) -> float:
        """Seconds between saves, without ``every`` in steps."""
        if self.seconds is not None:
            return self.seconds
        # The interval holds the cost itself as well, so that cost / (interval - cost) is the share.
        return max(FLOOR, self.cost * (1 + 1 / (AIM * self.max_overhead)))

    @property
    def spare(self) -> float:
        """Share of the training time that the saves leave of ``max_overhead``; 0 where the user
        said how often to save. Interim saves count the writer's processor time as lost, which is
        the most that it can be, so they need no margin."""
        if self.steps is not None or self.seconds is not None:
            return 0.0
        return max(0.0, self.max_overhead - self.cost / (self.interval - self.cost))

    def measured(self, seconds: float, writing: bool) -> None:
        """One step took ``seconds``; ``writing``: a write or a copy to the mirror was under way."""
        (self._during if writing else self._plain).append(seconds)

    def due(self, step: int, *, failing: bool = False) -> bool:
        """``failing``: the last save failed, so it is tried again before its time."""
        now = time.monotonic()
        if self._before_deadline() or (failing and now - self._last_time >= RETRY):
            return True
        if self.steps is not None:
            return step // self.steps > self._last_step // self.steps
        if now - self._last_time < self.interval:
            return False
        self._settle()  # what a mirror has taken beside the write
        return now - self._last_time >= self.interval

    def saved(self, step: int, stall: float) -> None:
        """A save of ``step`` stalled training for ``stall`` seconds; its write begins now."""
        self._settle()
        self._deadline_done = self._before_deadline()
        self._stall, self._slower, self._work = stall, 0.0, 0.0
        self._costs.append(stall)  # until more is known
        self.cost = max(stall, self._mean())
        self._last_time = time.monotonic()
        self._last_step = step

    def written(self, seconds: float, work: float = 0.0) -> None:
        """The write ended ``seconds`` after it began, and took ``work`` seconds of a processor."""
        self.write_seconds = seconds
        self._work = work
        self._settle()

    def _settle(self) -> None:
        """Add the steps during the last write, as far as they are new, to its cost."""
        if self._during and len(self._plain) >= 3:
            usual = statistics.median(self._plain)
            self._slower += sum(self._during) - usual * len(self._during)
        self._during = []
        if self._costs:
            last = self._costs[-1] = self._stall + max(self._slower, self._work, 0.0)
            self.cost = max(last, self._mean())

    def _mean(self) -> float:
        return statistics.fmean(self._costs)

    def _before_deadline(self) -> bool:
        if self.deadline is None or self._deadline_done:
            return False
        margin = 20.0 + 3.0 * (self.cost + self.write_seconds)
        return time.time() >= self.deadline - margin


def parse_duration(text: str | int | float, what: str) -> float:
    """Seconds of ``"90s"``, ``"5m"``, ``"1h30m"`` or a plain number of seconds."""
    if isinstance(text, (int, float)) and not isinstance(text, bool) and text > 0:
        return float(text)
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*([a-z]+)", str(text).lower())
    rest = re.sub(r"(\d+(?:\.\d+)?)\s*([a-z]+)|\s", "", str(text).lower())
    if not parts or rest or any(unit not in _UNITS for _, unit in parts):
        raise CheckpointError(f'{what}={text!r}: use "auto", "90s", "5m", "1h30m" or steps.')
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def parse_deadline(value: object) -> float | None:
    """Seconds since 1970 of a datetime, of a duration from now (``"11h"``), or None."""
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, datetime.timedelta):
        return time.time() + value.total_seconds()
    if isinstance(value, (int, float)) and value > 1e9:
        return float(value)
    if isinstance(value, (str, int, float)):
        return time.time() + parse_duration(value, "deadline")
    raise CheckpointError(f"deadline={value!r}: use a datetime or a duration such as '11h30m'.")
