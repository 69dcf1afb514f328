"""One sample: all that the panel shows. docs/architecture.md describes its fields."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import platform
from . import disks, memory
from .budget import Budget
from .patient import Patient

_PATIENCE = 0.5  # seconds that a sample waits for each part that may hang


class Sampler:
    """Takes samples. What may hang is asked in a thread of its own; see :class:`Patient`."""

    def __init__(self) -> None:
        self.budget = Budget()
        self._lock = threading.Lock()
        self._working = Patient(self._measure_working, "disk")
        self._durable = Patient(self._measure_durable, "durable")
        self._patients = [self._working, self._durable]
        self._kernel = _about_kernel()

    def take(self, *, busy: bool) -> dict[str, Any]:
        """A sample. A part that failed is null or empty, with its reason under ``problems``."""
        with self._lock:
            begin = time.thread_time()
            problems: dict[str, str] = {}
            sample: dict[str, Any] = {
                "time": time.time(),
                "busy": busy,
                "kernel": self._kernel,
                "platform": _try("platform", _describe_platform, problems),
                "accelerator": None,
                "memory": _try("memory", memory.measure, problems),
                "disks": self._take_disks(problems),
                "storage": None,
                "runs": [],
                "problems": problems,
            }
            cost = time.thread_time() - begin + sum(each.take_cost() for each in self._patients)
            self.budget.spent(cost)
            return {**sample, "interval": self.budget.interval, "cost": cost}

    def _take_disks(self, problems: dict[str, str]) -> list[dict[str, Any]]:
        answers = [self._working.ask(_PATIENCE), self._durable.ask(_PATIENCE)]
        for patient, name in ((self._working, "working"), (self._durable, "durable")):
            if patient.problem:
                problems[name] = patient.problem
        return [answer for answer in answers if answer is not None]

    def _measure_working(self) -> dict[str, Any]:
        return disks.measure(Path.cwd(), "working")

    def _measure_durable(self) -> dict[str, Any] | None:
        durable = platform.detect().durable
        return disks.measure(durable, "durable") if durable is not None else None


def _try(name: str, function: Callable[[], Any], problems: dict[str, str]) -> Any:
    try:
        return function()
    except Exception as error:  # one part that is not known must not take the others along
        problems[name] = f"{type(error).__name__}: {error}"[:300]
        return None


def _about_kernel() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "started": platform.process_started(os.getpid()),
        "python": sys.version.split()[0],
        "runtime_kit": __name__.startswith("runtime_kit."),
    }


def _describe_platform() -> dict[str, Any]:
    found = platform.detect()
    return {
        "id": found.id,
        "name": found.name,
        "durable": str(found.durable) if found.durable is not None else None,
        "advice": found.advice,
        "session_hours": found.session_hours,
        "idle_minutes": found.idle_minutes,
        "estimate": found.estimate,
        "started": platform.runtime_started(),
    }
