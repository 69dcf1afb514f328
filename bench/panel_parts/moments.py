"""What a loop loses at the moments when the monitor's thread is at work."""

from __future__ import annotations

import statistics
import time
from bisect import bisect_left, bisect_right

from bench.spread import standard_error
from runtime_kit.telemetry.watcher import Watcher

Moment = tuple[float, float]  # its begin and end, by time.perf_counter()

BEFORE, AFTER = 0.005, 0.05  # seconds around a sample that count as its
BESIDE = 0.8  # seconds each way that they are compared with


def watch() -> list[Moment]:
    """The list in which the moments of samples come to stand, from their first line to the message
    that is sent."""
    moments: list[Moment] = []
    publish = Watcher._publish_sample

    def timed(watcher: Watcher) -> None:
        begin = time.perf_counter()
        publish(watcher)
        moments.append((begin, time.perf_counter()))

    Watcher._publish_sample = timed  # type: ignore[method-assign]
    return moments


def lost(blocks: list[list[float]], samples: list[Moment]) -> dict[str, object]:
    """Percent of the time of ``blocks`` that turns at samples took more than those beside them.
    From it goes what as many moments between the samples have: single turns are longer there too.
    ``blocks`` has when their turns ended, in order."""
    total = sum(ends[-1] - ends[0] for ends in blocks)
    at, between = [], []
    for ends in blocks:
        inside = [each for each in samples if ends[0] < each[0] and each[1] < ends[-1]]
        for begin, end in inside:
            at.append(_excess(ends, begin, end))
            away = begin + BEFORE + AFTER + (end - begin) + BESIDE / 2
            if away + BESIDE < ends[-1]:
                between.append(_excess(ends, away, away + end - begin))
    scale = 100 * len(at) / total
    raw, usual = statistics.mean(at) * scale, statistics.mean(between) * scale
    error = (standard_error(at) ** 2 + standard_error(between) ** 2) ** 0.5 * scale
    detail = (
        f"+- {error:.2f} %; {len(at)} samples in {total:.0f} s: {raw:.2f} %, "
        f"as many moments between them: {usual:.2f} %"
    )
    return {"percent": raw - usual, "detail": detail}


def _excess(ends: list[float], begin: float, end: float) -> float:
    """Seconds that the turns in between took more than as many of those beside them."""
    first = max(bisect_right(ends, begin - BEFORE), 1)
    last = min(bisect_left(ends, end + AFTER), len(ends) - 1)
    low = max(bisect_left(ends, begin - BESIDE), 1)
    high = min(bisect_right(ends, end + BESIDE), len(ends) - 1)
    beside = [*range(low, first), *range(last + 1, high + 1)]
    usual = statistics.median(ends[n] - ends[n - 1] for n in beside)
    return ends[last] - ends[first - 1] - usual * (last - first + 1)
