"""Whether a resume can use what state.json says."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

from runtime_kit.checkpoint.state.decode import decode
from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.rng import RngState

_LARGEST = 2**53
_MAPPINGS = (
    *("metrics", "versions", "platform", "rng", "epoch_rng", "loop"),
    *("objects", "metadata", "strides", "best", "loaders_anew"),
)


def check_body(body: Mapping[str, Any]) -> None:
    """Raise unless a resume can use all of state.json, the random generators included.

    :raises ValueError: or another error; call it within ``reading``.
    """
    for name in ("step", "epoch", "batch"):
        value = body.get(name, 0)
        if type(value) is not int or not 0 <= value < _LARGEST:
            raise ValueError(f"{name} is {value!r:.50}")
    time = body.get("time", 0.0)
    if type(time) not in (int, float) or not math.isfinite(time):
        raise ValueError(f"time is {time!r:.50}")
    for name in _MAPPINGS:
        if not isinstance(body.get(name) or {}, dict):
            raise ValueError(f"{name} is no mapping")
    history = body.get("history") or []
    if not isinstance(history, list) or not all(isinstance(entry, dict) for entry in history):
        raise ValueError("history is no list of entries")
    loop = body.get("loop") or {}
    if type(loop.get("index", 0)) is not int:
        raise ValueError("the index of the loop is no number")
    for node in (body.get("metadata") or {}).values():
        decode(node, {})
    for rng in (body.get("rng"), body.get("epoch_rng"), loop.get("rng")):
        _check_rng(RngState.from_json(rng))


def _check_rng(state: RngState) -> None:
    """Try it on generators that nobody uses."""
    if state.python is not None:
        random.Random().setstate(state.python)
    if state.numpy is not None:
        module("numpy").random.RandomState().set_state(state.numpy)
    torch = module("torch")
    if torch is None:
        return
    for each in (state.torch, *state.loader.values()):
        if each is not None:
            torch.Generator().set_state(each)
