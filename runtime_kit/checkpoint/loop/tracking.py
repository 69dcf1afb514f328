"""The objects a run saves, and whether a gradient accumulation is under way."""

from __future__ import annotations

from typing import Any

from runtime_kit.checkpoint.messages import say
from runtime_kit.checkpoint.read.restored import Restored
from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.modes import modes_of, set_frozen, set_training
from runtime_kit.checkpoint.state.objects import check_trackable

from .gradients import GradientWatch, put_gradients, unwrapped_optimizer

_GRADIENTS = ".grad"


class Tracked:
    """Objects by role. ``gradients`` tells of those that wait between the micro-batches of one
    optimizer step; they belong to the state then."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.gradients = GradientWatch()
        self._first_modes: dict[str, dict[str, list[str]]] = {}

    def add(self, objects: dict[str, Any]) -> bool:
        """True where an object takes the place of another one."""
        for role, value in objects.items():
            check_trackable(role, value)
        replaced = any(self.objects.get(role, new) is not new for role, new in objects.items())
        self.objects.update(objects)
        for role in objects:
            self._first_modes.pop(role, None)
        return replaced

    def watch(self) -> None:
        """Hook the tracked optimizers' steps."""
        self.gradients.watch(list(self.objects.values()))

    def to_save(self) -> dict[str, Any]:
        """The objects, with the gradients of tracked modules that wait for a step."""
        objects = dict(self.objects)
        for role, model in self._modules().items():
            if waiting := self.gradients.waiting_in(model):
                objects[role + _GRADIENTS] = waiting
        return objects

    def load(self, restored: Restored) -> None:
        """Put a restored step into the objects; says what was saved but is not tracked."""
        unused = restored.load(self.objects)
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
        if unused:
            say(
                f"Step {restored.checkpoint.step} also has "
                f"{', '.join(map(repr, unused))}, which is not tracked and was not "
                "loaded."
            )

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
