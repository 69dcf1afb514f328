"""How much slower a training gets that saves with ``every="auto"``."""

from __future__ import annotations

import time
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
            rates["without"].append(_block(training.step))
            before = run.manager.store.newest()

            def one() -> None:
                training.step()
                next(steps)

            rates["with"].append(_block(one))
            saved += run.manager.store.newest() != before
        steps.close()
        interval = run._session.schedule.interval
        run.manager.close()
    ratio = sum(rates["with"]) / sum(rates["without"]) - 1
    return [
        (
            'slow-down with every="auto"',
            f"{100 * ratio:.1f} %",
            "<= 3 %",
            f"steps of {1000 * sum(rates['without']) / len(rates['without']):.0f} ms, "
            f"a save each {interval:.0f} s, {len(rates['with'])} pairs of blocks of {BLOCK:.0f} s",
        )
    ]


def _block(step) -> float:
    """Seconds a step over one block."""
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < BLOCK:
        step()
        count += 1
    return (time.perf_counter() - begin) / count
