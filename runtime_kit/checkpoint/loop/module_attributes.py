"""What tracked modules and optimizers keep in plain attributes, which their ``state_dict`` leaves
out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.portable import has_state_dict
from runtime_kit.resumable import LoopVariable, Reason

from .choice import stored_by_methods
from .reached import MODULE, Space, is_users_class, uncertain


def module_spaces(tracked: Mapping[str, Any]) -> list[Space]:
    """Counters, histories and hidden states of modules whose classes the user's code defines, and
    of optimizers that do not save themselves."""
    torch = module("torch")
    if torch is None:
        return []
    own_of_modules = vars(torch.nn.Module()).keys()
    spaces, seen = [], set()
    for role, value in _flat(tracked):
        parts: Any = ()
        own: Any = ()
        if isinstance(value, torch.nn.Module):
            parts, own = value.named_modules(), own_of_modules
        elif isinstance(value, torch.optim.Optimizer):
            saves_itself = not type(value).state_dict.__module__.startswith("torch.")
            parts, own = ([] if saves_itself else [("", value)]), _own_of_optimizers()
        for name, part in parts:
            kind: Any = type(part)
            if id(part) in seen or not is_users_class(kind):
                continue
            seen.add(id(part))
            values = {
                attribute: item
                for attribute, item in vars(part).items()
                if not (attribute in own or callable(item) or has_state_dict(item))
            }
            # What a method sets may be there only later, so it is saved without comparison.
            stored = stored_by_methods(kind)
            variables = {
                attribute: LoopVariable(attribute, Reason.NEXT_TURN, 0, True)
                if attribute in stored
                else uncertain(attribute)
                for attribute in values
            }
            write = partial(_write, part)
            spaces.append(Space(f"{MODULE}{role}.{name}", values, write, variables, {}))
    return spaces


@lru_cache(maxsize=1)
def _own_of_optimizers() -> frozenset[str]:
    torch = module("torch")
    return frozenset(vars(torch.optim.SGD([torch.zeros(1)])))


def _flat(tracked: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each tracked object, also those in lists and dicts."""
    for role, value in tracked.items():
        if isinstance(value, (list, tuple)):
            yield from _flat({f"{role}.{n}": item for n, item in enumerate(value)})
        elif type(value) is dict:
            yield from _flat({f"{role}.{key}": item for key, item in value.items()})
        else:
            yield role, value


def _write(part: Any, new: dict[str, Any]) -> None:
    for name, value in new.items():
        setattr(part, name, value)
