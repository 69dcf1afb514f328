"""Loops in the kernel, measured with the monitor on and off in turns."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

from runtime_kit.telemetry import link

_result: dict[str, object] = {}
# Turns a second of the wall clock and of processor time; percent lost to turns longer than usual.
Rates = tuple[float, float, float]


def measure(loop: str, pairs: int, seconds: float) -> None:
    """Rates of the loop, in pairs of neighbouring blocks whose order alternates: the machine's own
    drift falls out. Connecting is not part of a block, the thread's samples are.

    By the wall clock, and by the processor time of the loop's own thread, which other programs of
    the machine disturb less; the monitor's own time is a row of its own. And by what a block loses
    against its own usual turn: samples make single turns longer, the machine's drift all of them.
    """
    work = _steps() if loop == "steps of 50 ms" else _python
    work(1.0)
    ratios: dict[str, list[float]] = {"wall time": [], "processor time": []}
    losses: list[float] = []
    for pair in range(pairs):
        rates = {}
        for on in (True, False) if pair % 2 else (False, True):
            if on:
                link.connect("bench", "bench", False)
            rates[on] = work(seconds)
            link.disconnect("bench")
        for found, off, on_rate in zip(ratios.values(), rates[False], rates[True], strict=False):
            found.append(100 * (off / on_rate - 1))
        losses.append(rates[True][2] - rates[False][2])
    for clock, found in {**ratios, "time of longer turns": losses}.items():
        error = statistics.stdev(found) / len(found) ** 0.5
        _result[clock] = {
            "median": statistics.median(found),
            "detail": f"{pairs} pairs of blocks of {seconds:.0f} s, "
            f"mean {statistics.mean(found):+.2f} +- {error:.2f} %",
        }


def result() -> str:
    return json.dumps(_result)


def _python(seconds: float) -> Rates:
    """Turns a second of a loop that never lets go of the interpreter by itself."""

    def turn() -> None:
        value = 0
        for number in range(20000):
            value += number * number

    return _rates(turn, seconds)


def _steps() -> Callable[[float], Rates]:
    """Steps a second of 50 ms of matrix work, as on a device: the interpreter is free meanwhile."""
    import torch

    torch.set_num_threads(1)
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

    return lambda seconds: _rates(lambda: step(turns), seconds)


def _rates(turn: Callable[[], None], seconds: float) -> Rates:
    begin, used = time.perf_counter(), time.thread_time()
    turns, now = [], begin
    while now - begin < seconds:
        turn()
        before, now = now, time.perf_counter()
        turns.append(now - before)
    lost = 100 * (statistics.mean(turns) / statistics.median(turns) - 1)
    return len(turns) / (now - begin), len(turns) / (time.thread_time() - used), lost
