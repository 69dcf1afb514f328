"""Devices as NVML, nvidia-smi and AMD's tools tell them, and the verdict on them."""

from __future__ import annotations

import importlib
import json
import os
import stat
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from runtime_kit.accelerator import amd, finding, nvidia_smi, nvml, verdict
from runtime_kit.accelerator.device import device

STAND_INS = Path(__file__).parents[1] / "kernel" / "stand_ins"
GIB = 1 << 30


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without a GPU; a test gives it some."""
    monkeypatch.setattr(nvml, "_library", [])
    monkeypatch.setenv("PATH", f"{STAND_INS / 'nvidia_smi'}:/usr/bin:/bin")
    monkeypatch.setenv("NVIDIA_SMI_CASE", "no-device")
    monkeypatch.setenv("NVML_CASE", "no-library")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.syspath_prepend(str(STAND_INS / "nvml"))
    monkeypatch.delitem(__import__("sys").modules, "pynvml", raising=False)
    return monkeypatch


def test_nvml(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("NVML_CASE", "t4")
    found = finding.find()
    assert found.source == "nvml"
    (gpu,) = found.devices
    assert (gpu["name"], gpu["utilization"], gpu["temperature"]) == ("Tesla T4", 62, 58)
    assert (gpu["power"], gpu["power_limit"]) == (68.42, 70.0)
    assert gpu["memory_total"] == 15 * GIB and gpu["slices"] == []


@pytest.mark.parametrize("action", ["always", "error"])
def test_nvml_without_a_warning_in_the_cell_that_runs(
    machine: pytest.MonkeyPatch, action: Any
) -> None:
    machine.setenv("NVML_CASE", "t4")
    machine.setattr(sys, "meta_path", [*sys.meta_path])
    machine.syspath_prepend(str(STAND_INS / "pynvml_13"))
    importlib.import_module("pynvml_redirector").install()
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter(action)
        filters = list(warnings.filters)
        assert finding.find().source == "nvml"
        assert warnings.filters == filters
    assert shown == []


def test_nvml_slices_and_what_it_does_not_tell(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("NVML_CASE", "a100-mig")
    (gpu,) = finding.find().devices
    assert [part["memory_total"] for part in gpu["slices"]] == [19968 << 20] * 2
    assert gpu["utilization"] is None
    assert verdict.best_memory([gpu]) == ((19968 - 12) << 20, 19968 << 20)


@pytest.mark.parametrize("case", ["driver-not-loaded", "mismatch"])
def test_a_broken_driver_without_nvidia_smi(machine: pytest.MonkeyPatch, case: str) -> None:
    machine.setenv("NVML_CASE", case)
    machine.setenv("PATH", "/nowhere")
    found = finding.find()
    assert found.problem and verdict.judge(found, {"torch": "2.11 cannot use it"})[0] == (
        "driver broken"
    )


def test_nvidia_smi_where_nvml_is_missing(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("NVIDIA_SMI_CASE", "a100-mig")
    found = finding.find()
    (gpu,) = found.devices
    assert found.source == "nvidia-smi"
    assert (gpu["temperature"], gpu["power"], gpu["utilization"]) == (27.0, 67.03, None)
    assert [part["memory_used"] for part in gpu["slices"]] == [12 << 20] * 2


def test_no_gpu(machine: pytest.MonkeyPatch) -> None:
    found = finding.find()
    assert (found.source, found.devices, found.problem) == ("", [], "")
    assert verdict.judge(found, {"torch": "is built for GPUs"})[0] == "no GPU"


AMD_SMI = """#!/bin/sh
case "$*" in
*static*) echo '[{"gpu": 0, "asic": {"market_name": "AMD Instinct MI300X"}}]' ;;
*) echo '{"gpu_data": [{"gpu": 0, "usage": {"gfx_activity": {"value": 91, "unit": "%"}},
"power": {"socket_power": {"value": 534, "unit": "W"}},
"temperature": {"edge": "N/A", "hotspot": {"value": 61, "unit": "C"}},
"mem_usage": {"total_vram": {"value": 196592, "unit": "MB"},
"used_vram": {"value": 60000, "unit": "MB"}}}]}' ;;
esac
"""
ROCM_SMI = """#!/bin/sh
echo 'WARNING: AMD GPU device(s) is/are in a low-power state.'
echo '{"card0": {"Temperature (Sensor edge) (C)": "41.0", "GPU use (%)": "7",
"Average Graphics Package Power (W)": "38.0", "VRAM Total Memory (B)": "17163091968",
"VRAM Total Used Memory (B)": "1073741824", "Card Series": "Radeon RX 6800"},
"system": {"Driver version": "6.7.0"}}'
"""


@pytest.mark.parametrize(
    ("tool", "script", "name", "utilization", "used"),
    [
        ("amd-smi", AMD_SMI, "AMD Instinct MI300X", 91, 60000 << 20),
        ("rocm-smi", ROCM_SMI, "Radeon RX 6800", 7, GIB),
    ],
)
def test_amd(
    machine: pytest.MonkeyPatch,
    tmp_path: Path,
    tool: str,
    script: str,
    name: str,
    utilization: int,
    used: int,
) -> None:
    (tmp_path / tool).write_text(script)
    (tmp_path / tool).chmod(stat.S_IRWXU)
    machine.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = finding.find()
    (gpu,) = found.devices
    assert (found.source, gpu["name"]) == (tool, name)
    assert (gpu["utilization"], gpu["memory_used"]) == (utilization, used)
    assert gpu["temperature"] is not None and gpu["power"] is not None
    assert verdict.judge(found, {"torch": "is built for GPUs"})[0] == "ok"


def test_a_device_of_this_process_is_told_by_what_is_visible(machine: pytest.MonkeyPatch) -> None:
    gpus = [device(index, "GPU", uuid=f"GPU-{index}00") for index in range(3)]
    for chosen, expected in (("2,0", [2, 0]), ("GPU-1", [1]), ("1,9,0", [1]), ("", [])):
        machine.setenv("CUDA_VISIBLE_DEVICES", chosen)
        assert [each["index"] for each in finding.visible(gpus)] == expected
    assert os.environ["CUDA_VISIBLE_DEVICES"] == ""
    gpu = device(0, "GPU", memory_free=GIB, memory_total=GIB)
    found = finding.Found("nvml", [gpu])
    assert verdict.judge(found, {"torch": "is built for GPUs"}) == (
        "no GPU",
        "Unset CUDA_VISIBLE_DEVICES, then restart the kernel.",
    )


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        (None, ["a", "b"]),
        ("0", ["a"]),
        ("1,0", ["b", "a"]),
        ("GPU-bb", ["b"]),
        ("0,7,1", ["a"]),
        ("2", []),
        ("NoDevFiles", []),
        ("none", []),
        (" ", []),
        ("", []),
        ("-1", []),
        ("GPU-unknown", []),
        ("MIG-1234", ["a", "b"]),
    ],
)
def test_which_gpus_cuda_shows(
    monkeypatch: pytest.MonkeyPatch, shown: str | None, names: list[str]
) -> None:
    if shown is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
    devices = [{"name": "a", "uuid": "GPU-aa-1"}, {"name": "b", "uuid": "GPU-bb-2"}]
    assert [each["name"] for each in finding.visible(devices)] == names
    assert finding.is_hidden(devices) == (not names)


@pytest.mark.parametrize(
    ("answers", "details", "problem", "expected"),
    [
        ({"torch": "2.5+cu121 cannot use it"}, "no kernel image is available", "", "build-does"),
        (
            {"torch": "2.5 cannot use it"},
            "NVIDIA driver on your system is too old",
            "",
            "driver-to",
        ),
        ({"tensorflow": "2.17 cannot use it"}, "Cannot dlopen some GPU libraries", "", "cuda-lib"),
        ({"jax": "0.4 cannot use it"}, "Jax plugin configuration error", "", "jax-plugin"),
        ({"torch": "2.5 cannot use it"}, "", "Insufficient Permissions", "no-permission"),
        ({"torch": "2.5 can use it"}, "", "GPU is lost. Reboot", "ok"),
        ({"torch": "2.5 cannot use it"}, "", "GPU is lost. Reboot", "driver-broken"),
        ({"torch": "2.5+xpu can use it"}, "", "", "intel-gpu"),
    ],
)
def test_each_cause_has_a_verdict_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, str],
    details: str,
    problem: str,
    expected: str,
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    found = finding.Found("nvml", [device(0, "GPU")], problem)
    assert verdict.decide(found, answers, details)[0].startswith(expected)


def test_unknown_memory_is_not_none_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert verdict.best_memory([device(0, "Orin")]) == (
        None,
        None,
    )


def test_malformed_reports_cost_only_what_they_do_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    report = (
        '<gpu id="0"><product_name>Tesla \x01T4</product_name><uuid>GPU-1</uuid>'
        "<fb_memory_usage><free>broken</gpu>"
    )
    monkeypatch.setattr(nvidia_smi, "is_there", lambda name: True)
    monkeypatch.setattr(nvidia_smi, "run", lambda *command: (report, 0))
    found, problem = nvidia_smi.find()
    assert (found[0]["name"], found[0]["memory_free"], problem) == ("Tesla T4", None, "")


def test_amd_smi_that_can_read_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"gpu": 0, "mem_usage": "N/A", "usage": "N/A", "temperature": "N/A", "power": "N/A"}]
    monkeypatch.setattr(amd, "is_there", lambda name: name == "amd-smi")
    monkeypatch.setattr(amd, "run", lambda *command: (json.dumps(rows), 0))
    source, found = amd.find()
    assert (source, found[0]["memory_total"]) == ("amd-smi", None)
