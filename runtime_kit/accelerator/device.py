"""A device, in the form that all readers of it get."""

from __future__ import annotations

from typing import Any

MIB = 1 << 20


def device(index: int, name: str, **known: Any) -> dict[str, Any]:
    """Sizes in bytes, utilization in percent, temperature in degrees Celsius, power in watts; what
    is not known is None. ``uuid`` tells which of the visible devices it is."""
    return {
        "index": index,
        "name": name,
        "uuid": "",
        "memory_used": None,
        "memory_free": None,
        "memory_total": None,
        "utilization": None,
        "temperature": None,
        "power": None,
        "power_limit": None,
        "slices": [],
        "torch_allocated": None,
        "torch_reserved": None,
        **known,
    }


def parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What a program gets: the slices of a device that is divided, else the device."""
    return found["slices"] or [found]
