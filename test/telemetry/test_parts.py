"""The parts of a sample, on machines that are made of files."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runtime_kit import platform
from runtime_kit._os import memory
from runtime_kit.telemetry import about, sampler
from runtime_kit.telemetry.background_probe import BackgroundProbe
from runtime_kit.telemetry.budget import APART, LONGEST, SHARE, USUAL, Budget

MEMINFO = "MemTotal:       16384000 kB\nMemFree: 1 kB\nMemAvailable:   8192000 kB\n"


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_the_machine_where_no_group_limits(tmp_path: Path) -> None:
    root = write(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup="0::/\n")
    write(root / "sys/fs/cgroup", **{"memory.max": "max", "memory.current": "5"})
    found = memory.measure(root)
    assert found["source"] == "machine"
    assert (found["used"], found["limit"]) == (8192000 * 1024, 16384000 * 1024)


def test_the_tightest_group_of_version_2(tmp_path: Path) -> None:
    root = write(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup="0::/pod/me\n")
    group = {"memory.max": "4000000000", "memory.current": "3000000000"}
    write(root / "sys/fs/cgroup/pod", **group, **{"memory.stat": "anon 1\ninactive_file 500000000"})
    write(root / "sys/fs/cgroup/pod/me", **{"memory.max": "max", "memory.current": "1"})
    found = memory.measure(root)
    assert (found["source"], found["limit"], found["used"]) == ("cgroup", 4000000000, 2500000000)


def test_a_group_of_version_1_seen_from_inside(tmp_path: Path) -> None:
    groups = "12:cpu,cpuacct:/docker/abc\n11:memory:/docker/abc\n"
    root = write(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup=groups)
    files = {"memory.limit_in_bytes": "2000000000", "memory.usage_in_bytes": "1500000000"}
    write(root / "sys/fs/cgroup/memory", **files)
    found = memory.measure(root)
    assert (found["source"], found["limit"], found["used"]) == ("cgroup", 2000000000, 1500000000)


def test_no_limit_in_version_1_is_a_huge_number(tmp_path: Path) -> None:
    root = write(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup="11:memory:/\n")
    write(root / "sys/fs/cgroup/memory", **{"memory.limit_in_bytes": "9223372036854771712"})
    assert memory.measure(root)["source"] == "machine"


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    found = memory.measure(tmp_path)
    assert (found["used"], found["limit"]) == (None, None)


def test_the_start_of_a_container(tmp_path: Path) -> None:
    status = "1 (a ) name) S 0 " + " ".join(["0"] * 17) + " 12300 0"
    write(tmp_path, proc__1__stat=status, proc__stat="cpu 1\nbtime 1700000000\n")
    assert platform.runtime_started(tmp_path) == pytest.approx(1700000123)
    assert platform.runtime_started(tmp_path / "nowhere") is None


def test_a_dead_mount_keeps_the_last_answer_and_one_thread() -> None:
    answers = iter([1, None, 2])
    dead, asked = threading.Event(), []

    def look() -> int | None:
        asked.append(1)
        value = next(answers)
        if value is None:
            dead.wait()
        return value

    patient = BackgroundProbe(look, "test")
    assert (patient.ask(30), patient.problem) == (1, "")
    for _ in range(3):
        assert patient.ask(0.05) == 1
        assert patient.problem.startswith("no answer for")
    assert len(asked) == 2
    dead.set()
    while patient.value == 1:
        time.sleep(0.01)
    assert (patient.ask(30), patient.problem) == (2, "")


def test_the_start_of_a_kernel_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "process_started", lambda *_: None)
    process = SimpleNamespace(create_time=lambda: 1700000123.0)
    monkeypatch.setitem(sys.modules, "psutil", SimpleNamespace(Process=lambda: process))
    assert about.kernel.__wrapped__()["started"] == 1700000123.0
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert about.kernel.__wrapped__()["started"] is None


def test_what_hangs_is_waited_for_once() -> None:
    dead = threading.Event()
    patient = BackgroundProbe(dead.wait, "test")
    assert patient.ask(0.01) is None
    asked = threading.Thread(target=patient.ask, args=(3600,), daemon=True)
    patient._since -= 3600
    asked.start()
    asked.join(30)
    try:
        assert not asked.is_alive()
    finally:
        dead.set()


def test_a_dead_mount_does_not_hold_up_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking where the durable folder is may hang as well as looking into it."""
    dead = threading.Event()
    monkeypatch.setattr(platform, "detect", lambda *_: dead.wait())
    monkeypatch.setattr(sampler, "_FIRST", 0.05)
    samples: list[dict[str, Any]] = []
    taking = threading.Thread(
        target=lambda: samples.append(sampler.Sampler().take(busy=False)), daemon=True
    )
    taking.start()
    taking.join(60)
    try:
        (sample,) = samples
    finally:
        dead.set()
    assert sample["platform"] is None and sample["memory"] is not None
    assert sample["problems"]["platform"].startswith("no answer")


def test_a_part_that_fails_says_why() -> None:
    patient = BackgroundProbe(lambda: 1 / 0, "test")
    assert patient.ask(30) is None and not patient.answered
    assert patient.problem == "ZeroDivisionError: division by zero"


def test_the_interval_follows_the_cost() -> None:
    budget = Budget()
    assert budget.interval == budget.accelerator_interval == USUAL
    for _ in range(20):
        budget.spent(0.1)
    assert budget.interval == pytest.approx(0.1 / SHARE)
    budget.spent(1e6)
    assert budget.interval == budget.accelerator_interval == LONGEST


def test_an_accelerator_that_costs_much_is_asked_less_often_alone() -> None:
    budget = Budget()
    budget.spent(0.003, 0.001)  # NVML
    assert budget.interval == budget.accelerator_interval == USUAL
    for _ in range(20):
        budget.spent(0.003, 0.09)  # nvidia-smi
        budget.spent(0.003)
    assert budget.interval == pytest.approx(max(USUAL, 0.003 / APART))
    assert budget.accelerator_interval == pytest.approx(0.09 / APART, rel=0.01)
    share = 0.003 / budget.interval + 0.09 / budget.accelerator_interval
    assert share < 0.005


def test_the_interval_that_the_user_set() -> None:
    budget = Budget(30)
    budget.spent(0.003, 0.05)
    assert budget.interval == budget.accelerator_interval == 30
