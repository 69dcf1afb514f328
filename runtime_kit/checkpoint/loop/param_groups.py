"""Parameter groups that a loop adds to an optimizer, as when layers are unfrozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module

from .gradients import unwrapped_optimizer


def names_of_parameters(objects: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of tracked modules, as ``role.name``, without the prefixes of wrappers."""
    torch = module("torch")
    found: dict[str, Any] = {}
    if torch is not None:
        for role, value in objects.items():
            if isinstance(value, torch.nn.Module):
                for name, parameter in value.named_parameters():
                    plain = name.replace("_orig_mod.", "").removeprefix("module.")
                    found.setdefault(f"{role}.{plain}", parameter)
    return found


def optimizers_of(objects: Mapping[str, Any]) -> dict[str, Any]:
    """The tracked optimizers of torch, by role."""
    return {r: o for r, v in objects.items() if (o := unwrapped_optimizer(v)) is not None}


def group_counts(objects: Mapping[str, Any]) -> dict[str, int]:
    return {r: len(optimizer.param_groups) for r, optimizer in optimizers_of(objects).items()}


def add_missing_groups(objects: Mapping[str, Any], saved: Mapping[str, list[list[str]]]) -> None:
    """Give optimizers the groups that they had when the step was saved, where the parameters of
    these are known by name. Their settings come with the state."""
    parameters = names_of_parameters(objects)
    for role, optimizer in optimizers_of(objects).items():
        missing = saved.get(role, [])[len(optimizer.param_groups) :]
        if not all(name in parameters for group in missing for name in group):
            continue
        named = "param_names" in optimizer.param_groups[0]
        for group in missing:
            pairs = [(name.removeprefix(f"{role}."), parameters[name]) for name in group]
            optimizer.add_param_group({"params": pairs if named else [p for _, p in pairs]})


def drop_groups(objects: Mapping[str, Any], counts: Mapping[str, int]) -> bool:
    """Take the groups away that the code which runs next adds again; True if there were any."""
    dropped = False
    for role, optimizer in optimizers_of(objects).items():
        count = counts.get(role, len(optimizer.param_groups))
        if len(optimizer.param_groups) > count > 0:
            for group in optimizer.param_groups[count:]:
                for parameter in group["params"]:  # state_dict() knows none without a group
                    optimizer.state.pop(parameter, None)
            del optimizer.param_groups[count:]
            dropped = True
    return dropped
