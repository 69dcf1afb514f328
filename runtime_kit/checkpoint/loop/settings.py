"""Settings of the program that a checkpoint would overwrite: learning rates, schedules, parameters.

What the program sets before the loop is saved with each step. Where a later program sets something
else, that is said: the saved value is used, since the loop may have changed it meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError
from runtime_kit.checkpoint.messages import say
from runtime_kit.checkpoint.state.dtypes import module

from .gradients import unwrapped_optimizer
from .param_groups import names_of_parameters, optimizers_of

_COUNTERS = frozenset(
    ["last_epoch", "T_cur", "num_bad_epochs", "cooldown_counter", "best", "mode_worse"]
)
_SHOWN = 6


def settings_of(objects: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """``{role: {setting: value}}`` of optimizers and schedulers, as the program made them."""
    torch = module("torch")
    found: dict[str, dict[str, Any]] = {}
    if torch is None:
        return found
    schedulers = (torch.optim.lr_scheduler.LRScheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
    for role, value in objects.items():
        optimizer = unwrapped_optimizer(value)
        if optimizer is not None:
            found[role] = {
                f"{name}" if number == 0 else f"{name} of group {number}": _plain(setting)
                for number, group in enumerate(optimizer.param_groups)
                for name, setting in group.items()
                if name not in ("params", "param_names", "lr", "initial_lr") and _is_plain(setting)
            }
            for number, group in enumerate(optimizer.param_groups):
                place = "lr" if number == 0 else f"lr of group {number}"
                found[role][place] = _plain(group.get("initial_lr", group.get("lr")))
        elif isinstance(value, schedulers):
            found[role] = {
                name: _plain(setting)
                for name, setting in vars(value).items()
                if name not in _COUNTERS and not name.startswith("_") and _is_plain(setting)
            }
    return found


def parameters_of(objects: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """``{role: [names of each group]}``: which parameters of tracked modules an optimizer has."""
    names: dict[int, str] = {}
    for name, parameter in names_of_parameters(objects).items():
        names.setdefault(id(parameter), name)
    found = {}
    for role, optimizer in optimizers_of(objects).items():
        groups = [[names.get(id(p), "") for p in g["params"]] for g in optimizer.param_groups]
        if all(name for group in groups for name in group):
            found[role] = groups
    return found


def tell_changes(saved: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """One line for the settings that the program has changed since the run began."""
    lines = []
    for role, settings in now.items():
        for name, value in settings.items():
            before = (saved.get(role) or {}).get(name, value)
            if before != value:
                lines.append(f"{role}: {name} was {before}, is {value} in this program")
    if lines:
        more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        say(
            f"{'; '.join(lines[:_SHOWN])}{more}. The saved state is used. To use the new values, "
            "call run.restore() before the loop and set them after it."
        )


def data_of(loader: Iterable[Any]) -> dict[str, int]:
    """How much data a loader has, as far as it tells."""
    found = {}
    for name, ask in (
        ("batches", lambda: len(loader)),  # type: ignore[arg-type]
        ("batch_size", lambda: loader.batch_size),  # type: ignore[attr-defined]
        ("samples", lambda: len(loader.dataset)),  # type: ignore[attr-defined]
    ):
        try:
            value = ask()
        except (AttributeError, TypeError, NotImplementedError):
            continue
        if isinstance(value, int):
            found[name] = value
    return found


def tell_changed_data(saved: Mapping[str, int], now: Mapping[str, int], batch: int) -> None:
    """One line where a resume within an epoch meets other data than the run had."""
    changed = [n for n in saved if n in now and saved[n] != now[n]]
    if changed:
        texts = [f"{saved[n]} {n.replace('_', ' ')}, now {now[n]}" for n in changed]
        say(
            f"the data has changed in the middle of an epoch ({'; '.join(texts)}): batch {batch} "
            "is another one. Use the data and batch size of the run's begin to be exact."
        )


def check_parameters(saved: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """
    :raises CheckpointMismatchError: an optimizer has its parameters in another order, so that
        each would get the moments of another one.
    """
    for role, groups in now.items():
        before = saved.get(role)
        if before is None or before == groups or len(before) != len(groups):
            continue
        old = [name for group in before for name in group]
        new = [name for group in groups for name in group]
        odd = next(((a, b) for a, b in zip(old, new, strict=False) if a != b), None)
        if len(old) == len(new) and odd is not None:
            raise CheckpointMismatchError(
                f"{role!r} had {odd[0]} where it has {odd[1]} now: its state would go to other "
                "parameters. Give it the parameters in the order of the run's begin, or start a "
                "run with another name."
            )


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str))


def _plain(value: Any) -> Any:
    torch = module("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        value = float(value) if value.numel() == 1 else None
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
