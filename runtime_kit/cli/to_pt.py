"""Writes a step as ``{role: state_dict}`` for ``torch.load(..., weights_only=True)``."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint.state.decode import decode, wanted_libraries
from runtime_kit.checkpoint.state.dtypes import TORCH_NAME

from .content import Content, Tensor, pick
from .errors import UsageError

# What weights_only refuses, or only a library that may be missing can read -> what is alike.
_ALIKE = {"jax": "tensor", "bytearray": "bytes", "frozenset": "set"}


def library_states(content: Content, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """``{role: state}`` of a step in the library form. Arrays of NumPy and JAX become tensors.

    ``metadata``: structures by role of the versions that a module's layers keep in its state_dict.
    """
    import torch  # noqa: F401  # where it is missing that is said before anything is read

    wanted = wanted_libraries(content.structures, {})
    tensors = {name: _load(content.tensors[name]) for name in wanted}
    states = {role: decode(_plain(node), tensors) for role, node in content.structures.items()}
    for role, node in metadata.items():
        if node is not None and isinstance(states.get(role), dict):
            state: Any = OrderedDict(states[role])
            state._metadata = OrderedDict(decode(node, {}))
            states[role] = state
    return states


def write_pt(path: Path, states: Mapping[str, Any], role: str | None) -> str:
    """Write, and read it back the way others will; returns what went in, for the user."""
    import torch

    try:
        # An open file of ours: torch leaves its own open where a write fails, and what is open
        # can't be deleted on Windows.
        with open(path, "wb") as file:
            torch.save(dict(states) if role is None else pick(states, role), file)
        torch.load(str(path), weights_only=True, map_location="cpu", mmap=True)
    except pickle.UnpicklingError as error:
        reason = str(error).strip().splitlines()[0]
        raise UsageError(
            "torch.load(weights_only=True) refuses the content of this step "
            f"({reason}). Export to .safetensors instead."
        ) from None
    except RuntimeError as error:  # torch's own writer: a full disk, most of the time
        raise OSError(f"{str(error).strip().splitlines()[0]}") from error
    return ", ".join(states) if role is None else role


def _load(tensor: Tensor) -> Any:
    import torch

    dtype = getattr(torch, TORCH_NAME[tensor.dtype])
    if not tensor.size:
        return torch.empty(tensor.shape, dtype=dtype, device="cpu")
    memory = bytearray()
    for data in tensor.chunks():
        memory += data
    return torch.frombuffer(memory, dtype=torch.uint8).view(dtype).reshape(tensor.shape)


def _plain(node: Any) -> Any:
    """The structure with kinds that torch alone can read."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict) or len(node) != 1:
        return node
    ((kind, body),) = node.items()
    if kind in ("ndarray", "jaxkey"):
        return {"tensor": body[0]}
    if kind == "npscalar":
        value = decode(node, {}).item()
        return value if isinstance(value, (bool, int, float, str)) else str(value)
    if kind == "pytree":
        return _plain(body)
    if kind == "defaultdict":
        return {"dict": _plain(body[1])}
    return {_ALIKE.get(kind, kind): _plain(body)}
