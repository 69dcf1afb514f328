"""What tracked modules keep in plain attributes, which their ``state_dict`` leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.portable import has_state_dict
from runtime_kit.resumable import LoopVariable, Reason

from .choice import stored_by_methods
from .reached import MODULE, Space, is_users_class, uncertain


def module_spaces(tracked: Mapping[str, Any]) -> list[Space]:
    """Counters, histories and hidden states of modules whose classes the user's code defines."""
    torch = module("torch")
    if torch is None:
        return []
    own = vars(torch.nn.Module()).keys()
    spaces, seen = [], set()
    for role, value in _flat(tracked):
        if not isinstance(value, torch.nn.Module):
            continue
        for name, part in value.named_modules():
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
