"""Loops in the kernel, measured with the monitor on and off in turns."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

from runtime_kit.telemetry import link

_result: dict[str, object] = {}


def measure(loop: str, pairs: int, seconds: float) -> None:
    """Rates of the loop, in pairs of neighbouring blocks whose order alternates: the machine's own
    drift falls out. Connecting is not part of a block, the thread's samples are."""
    work = _steps() if loop == "steps of 50 ms" else _python
    work(1.0)
    ratios = []
    for pair in range(pairs):
        rates = {}
        for on in (True, False) if pair % 2 else (False, True):
            if on:
                link.connect("bench", "bench", False)
            rates[on] = work(seconds)
            link.disconnect("bench")
        ratios.append(100 * (rates[False] / rates[True] - 1))
    error = statistics.stdev(ratios) / len(ratios) ** 0.5
    _result.update(
        median=statistics.median(ratios),
        detail=f"{pairs} pairs of blocks of {seconds:.0f} s, mean {statistics.mean(ratios):+.2f} "
        f"+- {error:.2f} %",
    )


def result() -> str:
    return json.dumps(_result)


def _python(seconds: float) -> float:
    """Turns a second of a loop that never lets go of the interpreter by itself."""
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        value = 0
        for number in range(20000):
            value += number * number
        count += 1
    return count / (time.perf_counter() - begin)


def _steps() -> Callable[[float], float]:
    """Steps a second of 50 ms of matrix work, as on a device: the interpreter is free meanwhile."""
    import torch

    matrix = torch.randn(400, 400)

    def step(turns: int) -> None:
        nonlocal matrix
        for _ in range(turns):
            matrix = torch.tanh(matrix @ matrix * 0.01)

    turns, took = 1, 0.0
    while took < 0.05:
        turns += max(turns // 4, 1)
        begin = time.perf_counter()
        step(turns)
        took = time.perf_counter() - begin

    def work(seconds: float) -> float:
        count, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            step(turns)
            count += 1
        return count / (time.perf_counter() - begin)

    return work
