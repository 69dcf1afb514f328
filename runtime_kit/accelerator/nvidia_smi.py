"""NVIDIA GPUs by way of nvidia-smi, which comes with the driver and may hang."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from .command import is_there, run
from .device import MIB, device

_SECONDS = 10


def find() -> tuple[list[dict[str, Any]], str]:
    """The GPUs, and what went wrong (``""``: nothing, there may just be no GPU)."""
    if not is_there("nvidia-smi"):
        return [], ""
    said, code = run(_SECONDS, "nvidia-smi", "-q", "-x")
    # With a warning around it, the report is not one document any more.
    texts = re.findall(r"<gpu .*?</gpu>", said, re.DOTALL)
    found = [_describe(index, _parsed(text)) for index, text in enumerate(texts)]
    failed = not found and code != 0 and "No dev" not in said
    return found, (said or f"exit code {code}") if failed else ""


def _parsed(text: str) -> ElementTree.Element:
    """The report of a GPU; only its name and uuid where the XML is malformed, as it is where a
    driver puts control characters into it."""
    clean = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]", "", text)
    try:
        return ElementTree.fromstring(clean)
    except ElementTree.ParseError:
        gpu = ElementTree.Element("gpu")
        for name in ("product_name", "uuid"):
            match = re.search(rf"<{name}>([^<]*)", clean)
            if match:
                ElementTree.SubElement(gpu, name).text = match[1]
        return gpu


def _describe(index: int, gpu: ElementTree.Element) -> dict[str, Any]:
    name = gpu.findtext("product_name", "NVIDIA GPU")
    slices = [
        {"name": f"{name} MIG", **_memory(part)} for part in gpu.findall("mig_devices/mig_device")
    ]
    power = "gpu_power_readings" if gpu.find("gpu_power_readings") is not None else "power_readings"
    return device(
        index,
        name,
        uuid=gpu.findtext("uuid", ""),
        **_memory(gpu),
        utilization=_number(gpu, "utilization/gpu_util"),
        temperature=_number(gpu, "temperature/gpu_temp"),
        power=_first(gpu, f"{power}/average_power_draw", f"{power}/power_draw"),
        power_limit=_first(gpu, f"{power}/current_power_limit", f"{power}/power_limit"),
        slices=slices,
    )


def _memory(part: ElementTree.Element) -> dict[str, Any]:
    sizes = {}
    for key in ("used", "free", "total"):
        size = _number(part, f"fb_memory_usage/{key}")
        sizes[f"memory_{key}"] = int(size * MIB) if size is not None else None
    return sizes


def _number(part: ElementTree.Element, path: str) -> float | None:
    """``1234 MiB``, ``27 C``, ``67.03 W``, ``3 %``; ``N/A`` and the like are None."""
    try:
        return float(part.findtext(path, "").split()[0])
    except (ValueError, IndexError):
        return None


def _first(part: ElementTree.Element, *paths: str) -> float | None:
    return next((n for n in (_number(part, path) for path in paths) if n is not None), None)
