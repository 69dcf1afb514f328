"""How often a sampler asks what, with nvidia-smi in place of NVML."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from runtime_kit.accelerator import command, finding, nvml
from runtime_kit.telemetry import sampler as module
from runtime_kit.telemetry.sampler import Sampler

STAND_IN = Path(__file__).parents[1] / "kernel/stand_ins/nvidia_smi/nvidia-smi"
# As the real one it takes processor time each time.
TOOL = f"""#!/bin/sh
echo >>"$NVIDIA_SMI_CALLS"
i=0; while [ $i -lt 60000 ]; do i=$((i + 1)); done
exec "{STAND_IN}" "$@"
"""


class Clock:
    """A clock that a test sets; processor time is the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        clock = SimpleNamespace(
            time=lambda: self.now, monotonic=lambda: self.now, thread_time=time.thread_time
        )
        monkeypatch.setattr(module, "time", clock)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with a GPU and no NVML; the file has a line for each call of the tool."""
    tool = tmp_path / "bin/nvidia-smi"
    tool.parent.mkdir()
    tool.write_text(TOOL)
    tool.chmod(0o755)
    calls = tmp_path / "calls"
    monkeypatch.setattr(nvml, "_library", [])
    monkeypatch.setenv("NVML_CASE", "no-library")
    monkeypatch.syspath_prepend(str(STAND_IN.parents[1] / "nvml"))
    monkeypatch.delitem(__import__("sys").modules, "pynvml", raising=False)
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    monkeypatch.setenv("NVIDIA_SMI_CASE", "t4")
    monkeypatch.setenv("NVIDIA_SMI_CALLS", str(calls))
    monkeypatch.chdir(tmp_path)
    # Whatever else this machine does.
    monkeypatch.setattr(module, "_FIRST", 60)
    monkeypatch.setattr(module, "_PATIENCE", 60)
    return calls


def count(calls: Path) -> int:
    return len(calls.read_text().splitlines()) if calls.exists() else 0


def test_nvidia_smi_alone_is_asked_less_often(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, sampler = Clock(monkeypatch), Sampler()
    begin, samples, cost = clock.now, 0, 0.0
    while count(calls) < 4:
        sample = sampler.take(busy=True)
        samples, cost = samples + 1, cost + sample["cost"]
        assert sample["accelerator"]["devices"][0]["name"] == "Tesla T4"
        clock.now += sample["interval"]
    assert sample["accelerator"]["interval"] > 3 * sample["interval"]
    assert samples > 3 * count(calls)
    # The last call counts for the time until the next one is due.
    span = clock.now - begin + sample["accelerator"]["interval"]
    assert cost / span < 0.005


def test_a_click_is_worth_figures_of_now(calls: Path) -> None:
    """The question that the front end asks after each cell is not: cells may be short."""
    sampler = Sampler()
    for fresh in (False, True, False, True):
        sample = sampler.take(busy=False, fresh=fresh)
        assert sample["accelerator"]["devices"][0]["name"] == "Tesla T4"
    assert count(calls) == 3


def test_what_the_user_runs_is_not_the_cost_of_samples(calls: Path) -> None:
    """A check by hand, or an action of the panel, runs tools in the same process."""
    sampler = Sampler()
    sampler.take(busy=True)
    before = sampler.budget.accelerator_interval
    finding.find()
    sampler.take(busy=True)
    assert count(calls) == 2, "the second sample did not ask"
    assert sampler.budget.accelerator_interval == before
    assert command.take_cost() > 0
