"""How much slower a training gets that saves with ``every="auto"``."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import torch

from bench.checkpoint_parts.baselines import MEGABYTES, median, quiet
from runtime_kit import Run

Row = tuple[str, str, str, str]
STEP = 0.05  # seconds
BLOCK = 30.0  # seconds of one kind before the other one's turn


class Training:
    """Steps of about 50 ms of matrix work and an update of a state of 512 MiB in all."""

    def __init__(self) -> None:
        size = MEGABYTES * (1 << 20) // 4
        self.weights = torch.nn.Parameter(torch.randn(size // 16, 4))
        self.state = {"weights": self.weights.data, "moments": torch.zeros(size - size // 4)}
        self.a = torch.randn(700, 700)
        self.work = 1
        while self._time() < STEP:
            self.work += 1

    def _time(self) -> float:
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            self.step()
            times.append(time.perf_counter() - begin)
        return median(times)

    def step(self) -> None:
        for _ in range(self.work):
            self.a = torch.tanh(self.a @ self.a * 0.01)
        self.state["moments"][: 1 << 16].add_(1)
        self.state["weights"][: 1 << 14].add_(1)


def slowdown(folder: Path, seconds: float) -> list[Row]:
    """Blocks with and without in turn. A block with saves counts whole, stalls and slow steps."""
    training = Training()
    rates: dict[str, list[float]] = {"without": [], "with": []}
    work: dict[str, list[float]] = {"without": [], "with": []}
    with quiet():
        run = Run("bench", folder).track(state=training.state)
        steps = run.steps(1 << 60)
        next(steps)
        until = time.monotonic() + 15  # the schedule measures before it is measured
        while time.monotonic() < until:
            training.step()
            next(steps)
        run.manager.wait()
        saved = 0
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            run.manager.wait()  # a write must not reach into the block without
            _block(training.step, rates["without"], work["without"])
            before = run.manager.store.newest()

            def one() -> None:
                training.step()
                next(steps)

            _block(one, rates["with"], work["with"])
            saved += run.manager.store.newest() != before
        steps.close()
        interval = run._session.schedule.interval
        run.manager.close()
    slower = _more(rates)
    detail = (
        f"steps of {1000 * sum(rates['without']) / len(rates['without']):.0f} ms, "
        f"a save each {interval:.0f} s, {len(rates['with'])} pairs of blocks of {BLOCK:.0f} s"
    )
    # Other work on the machine changes how long a step takes, and hardly what it computes.
    busier = "of this process, its writer included; less than that is felt where a core is idle"
    return [
        ('slow-down with every="auto"', f"{100 * slower:.1f} %", "<= 3 %", detail),
        ('processor time with every="auto"', f"{100 * _more(work):+.1f} %", "<= 3 %", busier),
    ]


def _more(times: dict[str, list[float]]) -> float:
    return sum(times["with"]) / sum(times["without"]) - 1


def _block(step: Callable[[], None], rates: list[float], work: list[float]) -> None:
    """Seconds a step over one block, of the clock and of the processor."""
    count, begin, used = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - begin < BLOCK:
        step()
        count += 1
    rates.append((time.perf_counter() - begin) / count)
    work.append((time.process_time() - used) / count)
