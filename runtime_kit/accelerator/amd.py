"""AMD GPUs by way of amd-smi, or the older rocm-smi."""

from __future__ import annotations

import json
from typing import Any

from .command import is_there, run
from .device import MIB, device

_SECONDS = 10


def find() -> tuple[str, list[dict[str, Any]]]:
    """The name of the tool and the GPUs; ``("", [])`` where there is none of both."""
    if is_there("amd-smi"):
        names = _json("amd-smi", "static", "--asic", "--json")
        metrics = _json("amd-smi", "metric", "--json")
        found = [_from_amd_smi(index, row, names) for index, row in enumerate(_rows(metrics))]
        if found:
            return "amd-smi", found
    if is_there("rocm-smi"):
        options = ("--showproductname", "--showmeminfo", "vram", "--showuse", "--showtemp")
        cards = _json("rocm-smi", *options, "--showpower", "--json")
        if isinstance(cards, dict):
            rows = [
                (name, row)
                for name, row in cards.items()
                if name.startswith("card") and isinstance(row, dict)
            ]
            return "rocm-smi", [_from_rocm_smi(i, row) for i, (_, row) in enumerate(rows)]
    return "", []


def _json(*command: str) -> Any:
    said, code = run(_SECONDS, *command)
    if code != 0:
        return None
    try:
        return json.loads(said[min(said.find(c) for c in "[{" if c in said) :])
    except ValueError:
        return None


def _rows(answer: Any) -> list[dict[str, Any]]:
    """Releases differ in whether the list has a name around it."""
    rows = answer.get("gpu_data", []) if isinstance(answer, dict) else answer
    return [row for row in rows or [] if isinstance(row, dict)]


def _from_amd_smi(index: int, row: dict[str, Any], names: Any) -> dict[str, Any]:
    about = next((each for each in _rows(names) if each.get("gpu") == row.get("gpu")), {})
    memory = _fields(row, "mem_usage")
    total, used = (_mib(memory.get(f"{key}_vram")) for key in ("total", "used"))
    return device(
        index,
        str(_fields(about, "asic").get("market_name") or "AMD GPU"),
        memory_total=total,
        memory_used=used,
        memory_free=total - used if total is not None and used is not None else None,
        utilization=_value(_fields(row, "usage").get("gfx_activity")),
        temperature=_value(_fields(row, "temperature").get("edge"))
        or _value(_fields(row, "temperature").get("hotspot")),
        power=_value(_fields(row, "power").get("socket_power")),
    )


def _fields(row: dict[str, Any], name: str) -> dict[str, Any]:
    """A group of figures; amd-smi writes "N/A" in place of one that it can't read."""
    group = row.get(name)
    return group if isinstance(group, dict) else {}


def _from_rocm_smi(index: int, row: dict[str, Any]) -> dict[str, Any]:
    def value(*words: str) -> float | None:
        keys = (key for key in row if all(word in key.lower() for word in words))
        return next((n for n in (_value(row[key]) for key in keys) if n is not None), None)

    total, used = value("vram", "total memory"), value("vram", "used")
    # "VRAM Total Memory (B)" and "VRAM Total Used Memory (B)"
    return device(
        index,
        str(row.get("Card Series") or row.get("Card series") or "AMD GPU"),
        memory_total=int(total) if total is not None else None,
        memory_used=int(used) if used is not None else None,
        memory_free=int(total - used) if total is not None and used is not None else None,
        utilization=value("gpu use"),
        temperature=value("temperature", "edge"),
        power=value("power", "(w)"),
    )


def _mib(field: Any) -> int | None:
    size = _value(field)
    return int(size * MIB) if size is not None else None


def _value(field: Any) -> float | None:
    """A number, alone or as ``{"value": 3, "unit": "%"}``; "N/A" is None."""
    if isinstance(field, dict):
        field = field.get("value")
    try:
        return float(field)
    except (TypeError, ValueError):
        return None
