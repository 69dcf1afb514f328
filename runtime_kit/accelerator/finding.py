"""The devices of this machine, by the cheapest way that works."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass, field
from typing import Any

from . import amd, nvidia_smi, nvml
from .device import device


@dataclass
class Found:
    """``source`` is the way in which ``devices`` were found; ``problem`` is what a broken driver
    said."""

    source: str = ""
    devices: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""


def find() -> Found:
    """NVIDIA, then AMD, then TPU, then Apple. May hang with the driver."""
    try:
        devices = nvml.find()
        if devices:
            return Found("nvml", devices)
        problem = ""
    except nvml.NoNvml as error:
        devices, problem = nvidia_smi.find()
        if devices:
            return Found("nvidia-smi", devices)
        problem = problem or (str(error) if error.broken else "")
    if problem:
        return Found("nvidia-smi", [], problem)
    source, devices = amd.find()
    if devices:
        return Found(source, devices)
    if is_tpu():
        return Found("tpu", [device(0, os.environ.get("TPU_ACCELERATOR_TYPE", "TPU"))])
    if is_apple():
        return Found("apple", [device(0, f"Apple {platform.machine()}")])
    return Found()


def is_tpu() -> bool:
    """Cloud machines and Colab's TPU runtimes set it."""
    return "TPU_WORKER_ID" in os.environ


def is_apple() -> bool:
    return sys.platform == "darwin"


def is_hidden(devices: list[dict[str, Any]] | None = None) -> bool:
    """Whether CUDA_VISIBLE_DEVICES hides all NVIDIA GPUs from CUDA.

    :param devices: the GPUs of this machine; without them only an empty variable says so.
    """
    shown = os.environ.get("CUDA_VISIBLE_DEVICES")
    if shown is None:
        return False
    if not devices:
        return shown.strip() in ("", "-1")
    return not visible(devices)


def visible(devices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The GPUs that CUDA shows to a process: those that CUDA_VISIBLE_DEVICES names by index or by
    the beginning of their uuid, up to the first name that fits none (CUDA's programming guide)."""
    shown = os.environ.get("CUDA_VISIBLE_DEVICES")
    if shown is None:
        return devices
    found = []
    for name in (name.strip() for name in shown.split(",")):
        if name.startswith("MIG-"):  # a slice: which GPU has it is not told by its name
            return devices
        match = next(
            (
                each
                for index, each in enumerate(devices)
                if name == str(index) or (len(name) > 3 and _uuid(each).startswith(name))
            ),
            None,
        )
        if match is None:
            break
        found.append(match)
    return found


def _uuid(each: dict[str, Any]) -> str:
    return str(each.get("uuid") or "")
