"""How well the mean of what was measured is known."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def standard_error(found: Sequence[float]) -> float:
    """Of the mean, in the unit of what was found: at least two values."""
    return statistics.stdev(found) / len(found) ** 0.5
