"""The objects a run saves, and whether a gradient accumulation is under way."""

from __future__ import annotations

from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError
from runtime_kit.checkpoint.messages import say
from runtime_kit.checkpoint.read.restored import Restored
from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.objects import check_trackable

_GRADIENTS = ".grad"


class Tracked:
    """Objects by role. ``clean`` is False between the micro-batches of one optimizer step, as far
    as a tracked optimizer's hook can tell; then the gradients belong to the state."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.clean = True
        self._hooks: list[Any] = []
        self._watched: list[Any] = []

    def add(self, objects: dict[str, Any]) -> bool:
        """True where an object takes the place of another one."""
        for role, value in objects.items():
            check_trackable(role, value)
        replaced = any(self.objects.get(role, new) is not new for role, new in objects.items())
        self.objects.update(objects)
        return replaced

    def watch(self) -> None:
        """Hook the tracked optimizers' steps."""
        for value in self._optimizers():
            if not any(value is other for other in self._watched):
                self._watched.append(value)
                self._hooks.append(value.register_step_post_hook(self._stepped))

    def _optimizers(self) -> list[Any]:
        torch = module("torch")
        kind = torch.optim.Optimizer if torch is not None else ()
        return [value for value in self.objects.values() if isinstance(value, kind)]

    def unwatch(self) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()
        self._watched.clear()

    @property
    def watches(self) -> bool:
        return bool(self._watched)

    def begin_batch(self) -> None:
        if self._watched:
            self.clean = False

    def _stepped(self, *_: Any) -> None:
        self.clean = True

    def to_save(self) -> dict[str, Any]:
        """The objects, with the gradients of tracked modules in the middle of an accumulation."""
        if self.clean:
            return self.objects
        objects = dict(self.objects)
        for role, model in self._modules().items():
            gradients = {
                name: parameter.grad
                for name, parameter in model.named_parameters()
                if parameter.grad is not None
            }
            if gradients:
                objects[role + _GRADIENTS] = gradients
        return objects

    def load(self, restored: Restored) -> None:
        """Put a restored step into the objects; says what was saved but is not tracked."""
        unused = restored.load(self.objects)
        if restored.checkpoint.step:
            for value in self._optimizers():
                value._opt_called = True  # else the scheduler warns that it is stepped first
        modules = self._modules()
        for role in list(unused):
            owner = role.removesuffix(_GRADIENTS)
            if role.endswith(_GRADIENTS) and owner in modules:
                _load_gradients(modules[owner], restored.state[role], owner)
                unused.remove(role)
        if unused:
            say(
                f"step {restored.checkpoint.step} also has {', '.join(map(repr, unused))}, which "
                "is not tracked and was not loaded."
            )

    def _modules(self) -> dict[str, Any]:
        torch = module("torch")
        if torch is None:
            return {}
        return {r: v for r, v in self.objects.items() if isinstance(v, torch.nn.Module)}


def _load_gradients(model: Any, gradients: dict[str, Any], role: str) -> None:
    parameters = dict(model.named_parameters())
    for name, gradient in gradients.items():
        if name not in parameters:
            raise CheckpointMismatchError(f"{role} has no parameter {name!r} for its gradient.")
        parameters[name].grad = gradient.to(parameters[name].device)
