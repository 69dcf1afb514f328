"""State of modules and optimizers that are spread over processes (DDP, FSDP2).

Parameters go by their full names, which are the same for any number of processes and for any way
of sharding; torch.distributed.checkpoint moves their parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError

from .decode import decode, wanted_libraries
from .dtypes import module
from .encode import Encoder
from .objects import put_state, take_state
from .sharded import model_of

FOLDER = "dcp"


class RankedEncoder(Encoder):
    """Leaves tensors with a dimension to torch.distributed.checkpoint, in ``spread``."""

    def __init__(self) -> None:
        super().__init__()
        self.spread: dict[str, Any] = {}
        self.spreading = True

    def _tensor(self, value: Any, path: str, name: str) -> Any:
        if not self.spreading:
            return super()._tensor(value, path, name)
        if value.dim() == 0:
            value = value.full_tensor() if hasattr(value, "full_tensor") else value
            return super()._tensor(value.detach().cpu(), path, name)
        unique = self._unique(name)
        self.spread[unique] = value.detach()
        return {"tensor": unique}


def encode_spread(objects: Mapping[str, Any], encoder: RankedEncoder) -> dict[str, Any]:
    """Structures of the modules and optimizers among ``objects``."""
    return {role: encoder.encode(state, role) for role, state in _spread_states(objects).items()}


def encode_rest(objects: Mapping[str, Any], encoder: RankedEncoder) -> dict[str, Any]:
    """Structures of everything else; process 0's count."""
    encoder.spreading = False
    return {
        role: take_state(role, value, encoder)[0]
        for role, value in objects.items()
        if not is_spread(value)
    }


def is_spread(value: Any) -> bool:
    torch = module("torch")
    return torch is not None and isinstance(value, (torch.nn.Module, torch.optim.Optimizer))


def load_spread(
    objects: Mapping[str, Any], structures: Mapping[str, Any], small: dict[str, Any], step: Path
) -> None:
    """Load the step's ``dcp/`` into modules and optimizers, for any number of processes now.

    :raises CheckpointMismatchError: other tensors were saved than there are now.
    """
    from torch.distributed import is_available, is_initialized
    from torch.distributed.checkpoint import load
    from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageReader
    from torch.distributed.checkpoint.state_dict import (
        set_model_state_dict,
        set_optimizer_state_dict,
    )

    chosen = {role: value for role, value in objects.items() if is_spread(value)}
    for role, value in list(chosen.items()):
        if not isinstance(value, module("torch").nn.Module):
            state = decode(structures[role], _AnyTensor())
            if not state["state"]:  # saved before its first step
                for group, saved_group in zip(
                    value.param_groups, state["param_groups"], strict=True
                ):
                    group.update({k: v for k, v in saved_group.items() if k != "params"})
                del chosen[role]
    encoder = RankedEncoder()
    for role, state in _spread_states(objects, initialise=True).items():
        if role in chosen:
            encoder.encode(state, role)
    saved = set(wanted_libraries([structures[role] for role in chosen], {})) - set(small)
    if saved != set(encoder.spread):
        different = sorted(saved ^ set(encoder.spread))[0]
        where = "in the checkpoint" if different in saved else ("in the tracked objects")
        raise CheckpointMismatchError(
            f"{different} is only {where}. Build the objects as when the run started, "
            "or use another run name."
        )
    single = not (is_available() and is_initialized())
    reader = HuggingFaceStorageReader(str(step / FOLDER))
    load(encoder.spread, storage_reader=reader, no_dist=single)
    tensors = {**small, **encoder.spread}
    for role, value in chosen.items():
        state = decode(structures[role], tensors)
        if isinstance(value, module("torch").nn.Module):
            set_model_state_dict(value, state)
        else:
            set_optimizer_state_dict(model_of(value, objects), value, optim_state_dict=state)


class _AnyTensor(dict[str, Any]):
    """Stands in for all tensors while a structure is only looked at."""

    def __missing__(self, name: str) -> None:
        return None


def load_rest(objects: Mapping[str, Any], states: Mapping[str, Any]) -> None:
    for role, value in objects.items():
        if not is_spread(value):
            put_state(role, value, states[role])


def _spread_states(objects: Mapping[str, Any], *, initialise: bool = False) -> dict[str, Any]:
    from torch.distributed.checkpoint.state_dict import (
        get_model_state_dict,
        get_optimizer_state_dict,
    )

    states: dict[str, Any] = {}
    for role, value in objects.items():
        if isinstance(value, module("torch").nn.Module):
            states[role] = dict(get_model_state_dict(value))
        elif is_spread(value):
            model = model_of(value, objects)
            if value.state or initialise:
                states[role] = dict(get_optimizer_state_dict(model, value))
            else:  # asking for the state would make one, with a step counted that never was
                states[role] = {"state": {}, "param_groups": _groups_by_name(value, model)}
    return states


def _groups_by_name(optimizer: Any, model: Any) -> list[dict[str, Any]]:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return [
        {**group, "params": [names[id(parameter)] for parameter in group["params"]]}
        for group in optimizer.param_groups
    ]
