"""How often may be measured, so that training does not feel it."""

from __future__ import annotations

SHARE = 0.0025  # of one core; caches and the switch to the thread cost about as much again
APART = 0.0015  # where the accelerator has a rhythm of its own: its share, and that of the rest
USUAL = 2.0  # seconds between samples where nobody wants it otherwise
SHORTEST, LONGEST = 1.0, 300.0  # seconds


class Budget:
    """Stretches the intervals with the measured cost.

    Where the accelerator is what costs (`nvidia-smi` starts a process each time), it alone is
    asked less often.
    """

    def __init__(self, shortest: float = USUAL) -> None:
        self.shortest = shortest
        self._rest = self._accelerator = 0.0

    def spent(self, rest: float, accelerator: float = 0.0) -> None:
        """A sample took so much processor time; the accelerator 0 if it was not asked."""
        self._rest = _usual(self._rest, rest)
        if accelerator > 0:
            self._accelerator = _usual(self._accelerator, accelerator)

    @property
    def interval(self) -> float:
        """Seconds until the next sample."""
        return self._stretched(self._rest / APART if self._apart else self._together)

    @property
    def accelerator_interval(self) -> float:
        """Seconds until the accelerator is to be asked again."""
        if not self._apart:
            return self.interval
        return max(self.interval, self._stretched(self._accelerator / APART))

    @property
    def _together(self) -> float:
        return (self._rest + self._accelerator) / SHARE

    @property
    def _apart(self) -> bool:
        return self._together > self.shortest and self._accelerator > self._rest

    def _stretched(self, seconds: float) -> float:
        return min(max(self.shortest, seconds), LONGEST)


def _usual(before: float, now: float) -> float:
    return 0.7 * before + 0.3 * now if before else now
