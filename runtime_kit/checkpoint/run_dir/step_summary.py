"""The short description of a step that lists and messages use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def step_summary(body: Mapping[str, Any]) -> dict[str, Any]:
    """``epoch``, ``batch``, ``time`` and numeric ``metrics`` of a state.json, with defaults."""
    metrics = body.get("metrics") or {}
    return {
        "epoch": int(body.get("epoch", 0)),
        "batch": int(body.get("batch", 0)),
        "time": float(body.get("time", 0.0)),
        "metrics": {k: v for k, v in metrics.items() if isinstance(v, (int, float))},
    }
