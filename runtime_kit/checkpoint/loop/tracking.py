"""The objects a run saves, and whether a gradient accumulation is under way."""

from __future__ import annotations

from typing import Any

from runtime_kit.checkpoint.messages import say, warn
from runtime_kit.checkpoint.read.restored import Restored
from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.inplace import assign
from runtime_kit.checkpoint.state.modes import modes_of, set_frozen, set_training
from runtime_kit.checkpoint.state.objects import check_trackable, prove_loadable
from runtime_kit.checkpoint.state.portable import has_state_dict

from .gradients import GradientWatch, put_gradients, unwrapped_optimizer
from .param_groups import add_missing_groups, drop_groups, group_counts, optimizers_of
from .settings import check_parameters, parameters_of, settings_of, tell_changes

_GRADIENTS = ".grad"
_LOOSE = ".parameters"


class Tracked:
    """Objects by role. ``gradients`` tells of those that wait between the micro-batches of one
    optimizer step; they belong to the state then."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.gradients = GradientWatch(self._regrouped)
        self._first_modes: dict[str, dict[str, list[str]]] = {}
        self._first_keys: dict[str, list[Any]] = {}
        self._settings: dict[str, Any] = {}
        self._proven: list[Any] = []
        self._told: set[str] = set()
        self._loose: dict[str, list[Any]] = {}
        self._program_groups: dict[str, int] = {}  # before a step was loaded
        self._head_groups: dict[str, int] = {}  # at the begin of the epoch

    def add(self, objects: dict[str, Any]) -> bool:
        """True where an object takes the place of another one."""
        for role, value in objects.items():
            check_trackable(role, value)
        replaced = any(self.objects.get(role, new) is not new for role, new in objects.items())
        self.objects.update(objects)
        self.gradients.watch(list(objects.values()))
        for role, value in objects.items():
            self._first_modes.pop(role, None)
            if type(value) is dict:
                self._first_keys[role] = [key for key in value if isinstance(key, str)]
        self._settings.update(settings_of(objects))
        return replaced

    def prove(self) -> None:
        """Each object takes its own state back, so that no checkpoint is saved for nothing.

        :raises CannotStoreError: one does not.
        """
        for role, value in self.objects.items():
            if any(value is known for known in self._proven):
                continue
            prove_loadable(role, value)
            self._proven.append(value)

    def about(self) -> dict[str, Any]:
        """What state.json has of the objects besides their state."""
        return {
            "modes": self.modes_to_json(),
            "settings": self._settings,
            "parameters": parameters_of(self.objects),
            "first_keys": self._first_keys,
            "head_groups": self._head_groups,
        }

    def begin_epoch(self) -> None:
        """The groups that optimizers have now are those that the epoch's code finds."""
        self._head_groups = group_counts(self.objects)

    def rewind_groups(self, *, to_epoch: bool) -> bool:
        """Parameter groups as the code that runs again expects them: those from the epoch's begin,
        or those that the program made. True where there were more."""
        return drop_groups(self.objects, self._head_groups if to_epoch else self._program_groups)

    def watch(self) -> None:
        """Hook the tracked optimizers' steps."""
        self.gradients.watch(list(self.objects.values()))
        self._loose = loose_parameters(self.objects)
        for role, parameters in self._loose.items():
            if role not in self._told:
                self._told.add(role)
                count = "a parameter" if len(parameters) == 1 else f"{len(parameters)} parameters"
                say(
                    f"{role!r} trains {count} of nothing that is tracked. What it trains is saved "
                    "with it; the rest of a model is not: track the model, too."
                )

    def _regrouped(self, optimizer: Any) -> None:
        self._loose = loose_parameters(self.objects)
        if any(unwrapped_optimizer(self.objects[role]) is optimizer for role in self._loose):
            warn(
                "The loop added parameters to an optimizer that belong to nothing that is tracked. "
                "Track their model, or the checkpoint does not fit after a resume."
            )

    def to_save(self) -> dict[str, Any]:
        """The objects, with the gradients of tracked modules that wait for a step."""
        objects = dict(self.objects)
        for role, model in self._modules().items():
            if waiting := self.gradients.waiting_in(model):
                objects[role + _GRADIENTS] = waiting
        for role, parameters in self._loose.items():
            objects[role + _LOOSE] = [parameter.detach() for parameter in parameters]
        return objects

    def load(self, restored: Restored) -> None:
        """Put a restored step into the objects; says what was saved but is not tracked."""
        body = restored.body
        self._program_groups = group_counts(self.objects)
        self._head_groups = dict(body.get("head_groups") or {})
        add_missing_groups(self.objects, body.get("parameters") or {})
        check_parameters(body.get("parameters") or {}, parameters_of(self.objects))
        new_keys = self._new_keys(body.get("first_keys") or {})
        unused = restored.load(self.objects)
        for role, values in new_keys.items():
            for key, value in values.items():
                self.objects[role].setdefault(key, value)
        if restored.checkpoint.step:
            for value in self.objects.values():
                if (optimizer := unwrapped_optimizer(value)) is not None:
                    optimizer._opt_called = True  # else the scheduler warns of a wrong order
        modules = self._modules()
        self.set_modes(restored)
        for role in list(unused):
            owner = role.removesuffix(_GRADIENTS)
            if role.endswith(_GRADIENTS) and owner in modules:
                put_gradients(modules[owner], restored.state[role], owner)
                unused.remove(role)
        self._loose = loose_parameters(self.objects) if unused else {}
        for role, parameters in self._loose.items():
            if role + _LOOSE in unused:
                assign(
                    [parameter.detach() for parameter in parameters],
                    restored.state[role + _LOOSE],
                    role + _LOOSE,
                )
                unused.remove(role + _LOOSE)
        if unused:
            say(
                f"Step {restored.checkpoint.step} also has "
                f"{', '.join(map(repr, unused))}, which is not tracked and was not "
                "loaded."
            )

    def _new_keys(self, first: dict[str, list[Any]]) -> dict[str, dict[str, Any]]:
        """Keys of tracked dicts that the program did not have when the run began. Others that are
        missing in a step were deleted by the loop."""
        return {
            role: {
                key: value
                for key, value in self.objects[role].items()
                if isinstance(key, str) and key not in keys
            }
            for role, keys in first.items()
            if type(self.objects.get(role)) is dict
        }

    def tell_changed_settings(self, restored: Restored) -> None:
        """Say what the program sets in another way than when the run began."""
        saved = restored.body.get("settings") or {}
        tell_changes(saved, self._settings)

    def modes_to_json(self) -> dict[str, Any]:
        """Train and eval mode and frozen parameters of each module, now and when it was tracked."""
        found = {}
        for role, model in self._modules().items():
            now = modes_of(model)
            first = self._first_modes.setdefault(role, now)
            found[role] = {**now, "frozen_first": first["frozen"]}
        return found

    def set_modes(self, restored: Restored) -> None:
        """As they were when the step was saved. What the loop has frozen is only frozen where the
        program begins with the same parameters frozen as then."""
        for role, saved in (restored.body.get("modes") or {}).items():
            model = self._modules().get(role)
            if model is None:
                continue
            first = self._first_modes.setdefault(role, modes_of(model))
            set_training(model, saved)
            if first["frozen"] == saved["frozen_first"]:
                set_frozen(model, saved)

    def has_gradients(self, restored: Restored) -> bool:
        """The step was saved in the middle of an accumulation."""
        return any(role.endswith(_GRADIENTS) for role in restored.state)

    def _modules(self) -> dict[str, Any]:
        torch = module("torch")
        if torch is None:
            return {}
        return {r: v for r, v in self.objects.items() if isinstance(v, torch.nn.Module)}


def loose_parameters(objects: dict[str, Any]) -> dict[str, list[Any]]:
    """By optimizer, the parameters that it trains and no other tracked object holds."""
    torch = module("torch")
    optimizers = optimizers_of(objects)
    held: set[int] = set()
    todo = [value for role, value in objects.items() if optimizers and role not in optimizers]
    while todo:
        value = todo.pop()
        if isinstance(value, torch.nn.Module):
            todo += value.parameters()
        elif isinstance(value, torch.Tensor):
            held |= {id(value), _address(value)}
        elif isinstance(value, (list, tuple)):
            todo += value
        elif isinstance(value, dict):
            todo += value.values()
        elif has_state_dict(value):
            todo.append(value.state_dict())
    found = {}
    for role, optimizer in optimizers.items():
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        loose = [p for p in parameters if not {id(p), _address(p)} & held]
        if loose:
            found[role] = loose
    return found


def _address(tensor: Any) -> int:
    """Where its elements are: ``parameter.data`` is another object with the same ones."""
    try:
        return int(tensor.data_ptr()) or id(tensor)
    except (RuntimeError, ValueError, TypeError):  # not materialized yet, or in several parts
        return id(tensor)
