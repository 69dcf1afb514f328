"""Reads the payload of the standalone cell."""

from __future__ import annotations

import io
import pickle
from typing import Any

from runtime_kit.checkpoint.errors import DamagedStepError


def standalone_state(payload: bytes) -> dict[str, Any]:
    """``{role: state}`` of state.pt. ``weights_only`` admits tensors and plain values, no code."""
    import torch

    try:
        state = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
        raise DamagedStepError(f"state.pt cannot be read safely ({reason})") from error
    if not isinstance(state, dict) or not all(isinstance(role, str) for role in state):
        raise DamagedStepError("state.pt does not hold states by role")
    return state
