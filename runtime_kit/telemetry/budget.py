"""How often may be measured, so that training does not feel it."""

from __future__ import annotations

SHARE = 0.0025  # of one core; caches and the switch to the thread cost about as much again
SHORTEST, LONGEST = 2.0, 300.0  # seconds


class Budget:
    """Stretches the interval with the measured cost of samples."""

    def __init__(self, shortest: float = SHORTEST) -> None:
        self._shortest = shortest
        self._usual: float | None = None

    def spent(self, cost: float) -> None:
        """A sample took so many seconds of processor time."""
        self._usual = cost if self._usual is None else 0.7 * self._usual + 0.3 * cost

    @property
    def interval(self) -> float:
        """Seconds until the next sample."""
        return min(max(self._shortest, (self._usual or 0.0) / SHARE), LONGEST)
