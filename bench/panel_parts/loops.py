"""Loops in the kernel, measured with the monitor on and off in turns."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from bench.panel_parts import moments
from bench.spread import standard_error
from runtime_kit.telemetry import link

_result: dict[str, object] = {}


@dataclass(frozen=True)
class Block:
    """What a loop did in some seconds."""

    ends: list[float]
    """When its turns ended, by the wall clock; the first is its beginning."""
    used: float
    """Processor time of the loop's own thread."""

    @property
    def turns(self) -> int:
        return len(self.ends) - 1

    @property
    def seconds(self) -> float:
        return self.ends[-1] - self.ends[0]


def measure(loop: str, pairs: int, seconds: float) -> None:
    """Blocks of the loop with the monitor on and off, in pairs of neighbours whose order
    alternates: the machine's own drift falls out. Connecting is not part of a block, the thread's
    samples are.

    By the rate of turns, by the wall clock and by the processor time of the loop's own thread:
    that is all there is to lose, and no better known than blocks of one kind are alike. And by
    what the turns around each sample take more than those beside them: that leaves out what would
    slow down all turns, and is known to a hundredth of that.
    """
    work = _steps() if loop == "steps of 50 ms" else _python
    samples = moments.watch()
    work(1.0)
    blocks: list[tuple[bool, Block]] = []
    for pair in range(pairs):
        for on in (True, False) if pair % 2 else (False, True):
            if on:
                link.connect("bench", "bench", False)
            blocks.append((on, work(seconds)))
            link.disconnect("bench")
    clocks: dict[str, Callable[[Block], float]] = {
        "wall time": lambda block: block.seconds / block.turns,
        "processor time": lambda block: block.used / block.turns,
    }
    for clock, turn in clocks.items():
        _result[clock] = _compared(blocks, turn, f"{pairs} pairs of blocks of {seconds:.0f} s")
    _result["turns around samples"] = moments.lost(
        [block.ends for on, block in blocks if on], samples
    )


def result() -> str:
    return json.dumps(_result)


def _compared(
    blocks: list[tuple[bool, Block]], turn: Callable[[Block], float], what: str
) -> dict[str, object]:
    slower, alike = [], []
    for number, ((on, block), (other_on, other)) in enumerate(pairwise(blocks)):
        if on == other_on:
            alike.append(100 * (turn(other) / turn(block) - 1))
        elif number % 2 == 0:
            with_it, without = (block, other) if on else (other, block)
            slower.append(100 * (turn(with_it) / turn(without) - 1))
    detail = f"{what}, mean {_mean(slower)}; neighbours of one kind differ by {_mean(alike)}"
    return {"percent": statistics.median(slower), "detail": detail}


def _mean(found: list[float]) -> str:
    return f"{statistics.mean(found):+.2f} +- {standard_error(found):.2f} %"


def _python(seconds: float) -> Block:
    """A loop that never lets go of the interpreter by itself, in turns of about 1 ms."""

    def turn() -> None:
        value = 0
        for number in range(20000):
            value += number * number

    return _block(turn, seconds)


def _steps() -> Callable[[float], Block]:
    """Steps of 50 ms of matrix work, as on a device: the interpreter is free meanwhile."""
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

    return lambda seconds: _block(lambda: step(turns), seconds)


def _block(turn: Callable[[], None], seconds: float) -> Block:
    used = time.thread_time()
    ends = [time.perf_counter()]
    while ends[-1] - ends[0] < seconds:
        turn()
        ends.append(time.perf_counter())
    return Block(ends, time.thread_time() - used)
