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


def is_hidden() -> bool:
    """The user hid all NVIDIA GPUs from CUDA."""
    return os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
