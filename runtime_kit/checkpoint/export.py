"""Writes a step as one ordinary file for programs that know nothing of this layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import CheckpointError
from .restored import Checkpoint, Restored
from .step_reader import read_step


def export_step(step: Path, out: Path, role: str | None = None) -> list[str]:
    """Write the step's folder ``step`` to ``out``; returns the roles in it.

    ``.safetensors``: the tensors of one role (``model`` unless another is named) under the names of
    its ``state_dict``. ``.pt``: ``{role: state}``, loadable with ``weights_only=True``.

    :raises CheckpointError: another file type, or the step has no such role.
    """
    import torch

    content = read_step(step, int(step.name[5:]))
    state = Restored(Checkpoint(content.commit.step, 0, 0, {}, 0.0, step, 0), content).state
    if role is not None and role not in state:
        raise CheckpointError(f"{step.name} has no {role!r}; it has {', '.join(sorted(state))}.")
    if out.suffix == ".pt":
        chosen = {role: state[role]} if role else state
        torch.save(chosen, out)
        return sorted(chosen)
    if out.suffix != ".safetensors":
        raise CheckpointError(f"{out}: use a name that ends in .safetensors or .pt.")
    if role is None:
        role = "model" if "model" in state else min(state)
    tensors: dict[str, Any] = {}
    _collect(state[role], "", tensors)
    if not tensors:
        raise CheckpointError(f"{role!r} of {step.name} has no tensors; export it to a .pt.")
    from safetensors.torch import save_file

    save_file(tensors, out, metadata={"format": "pt", "step": str(content.commit.step)})
    return [role]


def _collect(value: Any, name: str, found: dict[str, Any]) -> None:
    """Tensors by dotted name; a copy each, since safetensors refuses shared memory."""
    import torch

    if isinstance(value, torch.Tensor):
        found[name] = value.detach().clone().contiguous()
    elif type(value).__module__ == "numpy" and getattr(value, "dtype", None) is not None:
        found[name] = torch.from_numpy(value.copy())
    elif isinstance(value, dict):
        for key, item in value.items():
            _collect(item, f"{name}.{key}" if name else str(key), found)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            _collect(item, f"{name}.{index}" if name else str(index), found)
