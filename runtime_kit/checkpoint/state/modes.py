"""What a module's ``state_dict`` leaves out: which parts are in eval mode, which parameters are
frozen."""

from __future__ import annotations

from typing import Any


def modes_of(module: Any) -> dict[str, list[str]]:
    """Names of the submodules in eval mode and of the parameters without gradient."""
    return {
        "eval": [name for name, part in module.named_modules() if not part.training],
        "frozen": [name for name, p in module.named_parameters() if not p.requires_grad],
    }


def set_training(module: Any, saved: dict[str, list[str]]) -> None:
    """Put each submodule into the mode it was in."""
    evaluated = set(saved["eval"])
    for name, part in module.named_modules():
        part.training = name not in evaluated


def set_frozen(module: Any, saved: dict[str, list[str]]) -> None:
    """Freeze the parameters that were, and no others."""
    frozen = set(saved["frozen"])
    for name, parameter in module.named_parameters():
        if parameter.requires_grad == (name in frozen):
            parameter.requires_grad_(name not in frozen)
