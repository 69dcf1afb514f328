"""A check of the accelerator: at a glance, or thorough."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass
from typing import Any

from . import finding, frameworks
from .device import parts
from .verdict import VERDICTS, advice_text, best_memory, decide, readable, reserved, usable


@dataclass(frozen=True)
class Check:
    """``frameworks`` has an answer for each installed one; ``free`` is in bytes and counts what
    PyTorch in this process holds; None where no device tells."""

    verdict: str
    advice: str
    source: str
    devices: list[dict[str, Any]]
    frameworks: dict[str, str]
    problem: str
    free: int | None
    usable: bool
    verdict_code: str
    advice_code: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        """The lines that the Check GPU cell prints."""
        rows = []
        listed = self.devices if self.source not in ("tpu", "apple") else []
        for each in finding.visible(listed) if "nv" in self.source else listed:
            for part in parts(each):
                free, total = (part.get(f"memory_{key}") for key in ("free", "total"))
                text = ""
                if free is not None and total is not None:
                    text = f"{readable(free)[:-3]} of {readable(total)} free"
                rows.append((part["name"], text or "memory unknown"))
        rows += self.frameworks.items()
        if self.problem:
            rows.append((self.source, self.problem))
        lines = [f"GPU check: {self.verdict}. {self.advice}"]
        return "\n".join([*lines, *(f"  {name:<28} {text}" for name, text in rows)])


def check() -> Check:
    """Ask the frameworks themselves, each in its own process. Takes seconds; may hang with a driver
    that does."""
    return _check(finding.find(), *frameworks.probe())


def glance() -> Check:
    """From the devices and the installed files alone: milliseconds. Whether a framework that is
    built for GPUs finds them is not known then."""
    return _check(finding.find(), frameworks.look())


def _check(found: finding.Found, answers: dict[str, str], details: str = "") -> Check:
    _add_torch(found.devices)
    verdict_code, advice_code = decide(found, answers, details)
    verdict, advice = VERDICTS[verdict_code], advice_text(advice_code)
    free = best_memory(finding.visible(found.devices))[0]
    return Check(
        verdict,
        advice,
        found.source,
        found.devices,
        answers,
        found.problem,
        None if free is None else free + reserved(),
        usable(verdict, answers),
        verdict_code,
        advice_code,
    )


def _add_torch(devices: list[dict[str, Any]]) -> None:
    """Fill in what PyTorch in this process has taken, where it is loaded and has begun to use CUDA.
    Nothing is imported, and CUDA is not woken up."""
    if "MIG-" in os.environ.get("CUDA_VISIBLE_DEVICES", ""):
        return  # a slice: which GPU has it is not told by its name
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    try:
        if cuda is None or not cuda.is_initialized():
            return
        for number, found in enumerate(finding.visible(devices)):
            if number < cuda.device_count():
                found["torch_allocated"] = int(cuda.memory_allocated(number))
                found["torch_reserved"] = int(cuda.memory_reserved(number))
    except Exception:  # a torch that is just being imported, or of another build
        return
