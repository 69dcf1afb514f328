"""What the user logs: the latest values, and how they went."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

from runtime_kit.checkpoint.errors import CannotStoreError

_LONGEST = 1000  # entries of history kept in a checkpoint


def best_of(body: Mapping[str, Any]) -> tuple[str | None, str | None, float | None]:
    """Metric, mode and value of ``best`` in state.json; older ones have the value alone."""
    best = body.get("best")
    if isinstance(best, dict):
        return best.get("metric"), best.get("mode"), best.get("value")
    return None, None, best


class Metrics:
    """``latest`` by name, and ``history``: one dict a call of :meth:`log`, oldest first."""

    def __init__(self, best: tuple[str, str] | None) -> None:
        self.latest: dict[str, float] = {}
        self.history: list[dict[str, Any]] = []
        self._best = best
        self._record: float | None = None

    def log(self, step: int, epoch: int, values: dict[str, Any]) -> bool:
        """Take numbers (also 0-d tensors); True when the metric to watch is the best so far.

        Logged again at the same step, as after a resume, an entry is replaced.
        """
        numbers = {name: _number(name, value) for name, value in values.items()}
        self.latest.update(numbers)
        entry = {"step": step, "epoch": epoch, "time": time.time(), **_finite(numbers)}
        if self.history and self.history[-1]["step"] == step:
            entry = {**self.history.pop(), **entry}
        self.history = [*self.history, entry][-_LONGEST:]
        if self._best is None or self._best[0] not in numbers:
            return False
        value = numbers[self._best[0]]
        sign = 1 if self._best[1] == "min" else -1
        if not math.isfinite(value) or (
            self._record is not None and sign * value >= sign * self._record
        ):
            return False
        self._record = value
        return True

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"metrics": _finite(self.latest)}
        if self.history:
            body["history"] = self.history
        if self._best is not None and self._record is not None:
            metric, mode = self._best
            body["best"] = {"metric": metric, "mode": mode, "value": self._record}
        return body

    def from_json(self, body: dict[str, Any]) -> None:
        latest = body.get("metrics") or {}  # the standalone cell writes null for what is not finite
        self.latest = {name: value for name, value in latest.items() if value is not None}
        self.history = list(body.get("history") or [])
        metric, mode, value = best_of(body)
        # Another metric than the one that is watched now has its own values.
        same = metric is None or (metric, mode) == self._best
        self._record = value if same else None


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise CannotStoreError(name, value, "log numbers, for example loss.item()") from None


def _finite(values: dict[str, float]) -> dict[str, float]:
    """JSON has no NaN and no infinity: such a value is left out."""
    return {name: value for name, value in values.items() if math.isfinite(value)}
