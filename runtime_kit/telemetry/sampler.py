"""One sample: all that the panel shows. docs/architecture.md describes its fields."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import platform
from ..accelerator import checking, command
from . import about, disks, live, memory, storage
from .budget import Budget
from .patient import Patient
from .runs import RunReader

_PATIENCE = 0.5  # seconds that a sample waits for each part that may hang
_FIRST = 1.5  # the same where there is no answer yet


class Sampler:
    """Takes samples. What may hang is asked in a thread of its own; see :class:`Patient`."""

    def __init__(self) -> None:
        self.budget = Budget()
        self._lock = threading.Lock()
        self._reader = RunReader()
        self._patients = {
            "accelerator": Patient(_measure_accelerator, "accelerator"),
            "working": Patient(lambda: disks.measure(Path.cwd(), "working"), "disk"),
            "durable": Patient(_measure_durable, "durable"),
            "storage": Patient(storage.status, "storage"),
            "runs": Patient(self._measure_runs, "runs"),
        }
        self._told: dict[str, Any] = {}

    def take(self, *, busy: bool, whole: bool = True) -> dict[str, Any]:
        """A sample. A part that failed is null or empty, with its reason under ``problems``.

        :param whole: also the histories of runs that have not changed since the last sample.
        """
        with self._lock:
            begin = time.thread_time()
            problems: dict[str, str] = {}
            sample: dict[str, Any] = {
                "time": time.time(),
                "busy": busy,
                "kernel": about.kernel(),
                "platform": _try("platform", about.platform, problems),
                "memory": _try("memory", memory.measure, problems),
                **self._ask(problems),
                "problems": problems,
            }
            sample["disks"] = [
                disk for disk in (sample.pop("working"), sample.pop("durable")) if disk
            ]
            sample["runs"] = self._leave_out(sample["runs"] or [], whole)
            cost = time.thread_time() - begin + command.take_cost()
            cost += sum(each.take_cost() for each in self._patients.values())
            self.budget.spent(cost)
            return {**sample, "interval": self.budget.interval, "cost": cost}

    def _ask(self, problems: dict[str, str]) -> dict[str, Any]:
        answers = {}
        for name, patient in self._patients.items():
            answers[name] = patient.ask(_PATIENCE if patient.answered else _FIRST)
            if patient.problem:
                problems[name] = patient.problem
        return answers

    def _leave_out(self, runs: list[dict[str, Any]], whole: bool) -> list[dict[str, Any]]:
        """Histories are long: the front ends have those that did not change."""
        told, self._told = self._told, {run["folder"]: run["history"] for run in runs}
        if whole:
            return runs
        return [
            {key: value for key, value in run.items() if key != "history"}
            if told.get(run["folder"]) == run["history"]
            else run
            for run in runs
        ]

    def _measure_runs(self) -> list[dict[str, Any]]:
        folders = {platform.runs_folder(), Path.cwd() / platform.RUNS}
        found = [run for folder in folders for run in self._reader.read_folder(folder)]
        return list(live.merged(found, self._reader))


def _measure_accelerator() -> dict[str, Any]:
    found = checking.glance()
    return {
        "verdict": found.verdict,
        "advice": found.advice,
        "source": found.source,
        "devices": found.devices,
    }


def _measure_durable() -> dict[str, Any] | None:
    durable = platform.detect().durable
    return disks.measure(durable, "durable") if durable is not None else None


def _try(name: str, function: Callable[[], Any], problems: dict[str, str]) -> Any:
    try:
        return function()
    except Exception as error:  # one part that is not known must not take the others along
        problems[name] = f"{type(error).__name__}: {error}"[:300]
        return None
