"""Modules and optimizers whose parameters are sharded over processes (FSDP2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError

from .dtypes import module


def is_sharded(value: Any) -> bool:
    """A module or optimizer whose parameters are DTensors (FSDP2)."""
    torch = module("torch")
    if torch is None or module("torch.distributed.tensor") is None:
        return False
    if isinstance(value, torch.nn.Module):
        return any(hasattr(parameter, "full_tensor") for parameter in value.parameters())
    if isinstance(value, torch.optim.Optimizer):
        groups = value.param_groups
        return any(hasattr(parameter, "full_tensor") for g in groups for parameter in g["params"])
    return False


def put_full(value: Any, state: Any, objects: Mapping[str, Any]) -> None:
    """Load a whole state, saved by one process, into sharded modules and optimizers."""
    from torch.distributed.checkpoint.state_dict import (
        StateDictOptions,
        set_model_state_dict,
        set_optimizer_state_dict,
    )

    options = StateDictOptions(full_state_dict=True)
    if isinstance(value, module("torch").nn.Module):
        set_model_state_dict(value, state, options=options)
        return
    model = model_of(value, objects)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    order = [names[id(p)] for group in value.param_groups for p in group["params"]]
    named: dict[str, Any] = {
        "state": {order[index]: item for index, item in state["state"].items()},
        "param_groups": [
            {**group, "params": [order[index] for index in group["params"]]}
            for group in state["param_groups"]
        ],
    }
    set_optimizer_state_dict(model, value, optim_state_dict=named, options=options)


def model_of(optimizer: Any, objects: Mapping[str, Any]) -> Any:
    """The tracked module that has the optimizer's parameters."""
    wanted = {id(p) for group in optimizer.param_groups for p in group["params"]}
    for value in objects.values():
        if isinstance(value, module("torch").nn.Module) and wanted <= {
            id(parameter) for parameter in value.parameters()
        }:
            return value
    raise CheckpointMismatchError("The optimizer is tracked without its model. Track both.")
