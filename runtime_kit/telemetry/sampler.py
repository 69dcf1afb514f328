"""One sample: all that the panel shows. src/kernel/monitor/sample.ts has its fields."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import platform
from .._os import memory
from .._os.trusted_imports import ignored
from ..accelerator import checking
from . import about, disks, live, storage
from .background_probe import BackgroundProbe
from .budget import Budget
from .run_folders import remember, run_folders
from .runs import RunReader

_PATIENCE = 0.5  # seconds that a sample waits for each part that may hang
_FIRST = 1.5  # the same where there is no answer yet


class Sampler:
    """Takes samples. What may hang is asked through a :class:`BackgroundProbe`."""

    def __init__(self) -> None:
        self.budget = Budget()
        self._lock = threading.Lock()
        self._reader = RunReader()
        self._probes = {
            "accelerator": BackgroundProbe(_measure_accelerator, "accelerator"),
            "platform": BackgroundProbe(about.platform, "platform"),
            "working": BackgroundProbe(lambda: disks.measure(Path.cwd(), "working"), "disk"),
            "durable": BackgroundProbe(_measure_durable, "durable"),
            "storage": BackgroundProbe(storage.status, "storage"),
            "runs": BackgroundProbe(self._measure_runs, "runs"),
        }
        self._told: dict[str, Any] = {}
        self._asked = float("-inf")  # when the accelerator was
        self._noted: tuple[Path, list[Path]] | None = None  # where runs were, and for whom

    def take(self, *, busy: bool, whole: bool = True, fresh: bool = False) -> dict[str, Any]:
        """A sample. A part that failed is null or empty, with its reason under ``problems``.

        :param whole: also the histories of runs that have not changed since the last sample.
        :param fresh: ask the accelerator whatever that costs.
        """
        with self._lock:
            begin, now = time.thread_time(), time.monotonic()
            rhythm = self.budget.accelerator_interval
            due = fresh or rhythm <= self.budget.interval or now - self._asked > 0.9 * rhythm
            problems: dict[str, str] = {}
            sample: dict[str, Any] = {
                "time": time.time(),
                "busy": busy,
                "kernel": {**about.kernel(), "ignored": sorted([*ignored.values()])},
                "memory": _try("memory", memory.measure, problems),
                **self._ask(problems, leave_out=() if due else ("accelerator",)),
                "problems": problems,
            }
            sample["disks"] = [
                disk for disk in (sample.pop("working"), sample.pop("durable")) if disk
            ]
            sample["runs"] = self._leave_out(sample["runs"] or [], whole)
            sample["runs_left_out"] = self._reader.left_out
            accelerator = self._probes["accelerator"].take_cost()
            rest = time.thread_time() - begin
            rest += sum(each.take_cost() for each in self._probes.values())
            self.budget.spent(rest, accelerator)
            self._asked = now if due else self._asked
            if sample["accelerator"]:
                sample["accelerator"] = {
                    **sample["accelerator"],
                    "interval": self.budget.accelerator_interval,
                }
            return {**sample, "interval": self.budget.interval, "cost": rest + accelerator}

    def _ask(self, problems: dict[str, str], leave_out: tuple[str, ...]) -> dict[str, Any]:
        answers = {}
        for name, probe in self._probes.items():
            if name in leave_out:
                answers[name] = probe.value
            else:
                answers[name] = probe.ask(_PATIENCE if probe.answered else _FIRST)
            if probe.problem:
                problems[name] = probe.problem
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
        found = self._reader.read_folders(run_folders())
        noted = (Path.cwd(), list(found))
        if noted != self._noted:  # a file is read and written for it
            self._noted = noted
            remember(found)
        every = [run for runs in found.values() for run in runs]
        return list(live.merged(every, self._reader))


def _measure_accelerator() -> dict[str, Any]:
    found = checking.glance()
    return {
        "verdict": found.verdict_code,
        "advice": found.advice_code,
        "source": found.source,
        "devices": found.devices,
        "time": time.time(),
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
