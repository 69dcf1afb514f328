"""Gradients that belong to the state: those that an optimizer's step has not used yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError
from runtime_kit.checkpoint.state.dtypes import module

_INSIDE = ("optimizer", "base_optimizer", "_optimizer", "optim")


class GradientWatch:
    """Follows the steps of the tracked optimizers, each for itself: a GAN's two take turns.

    A gradient that has not changed since its optimizer's step has been used, and is taken to be
    cleared before the next one is computed.

    :param regrouped: called when the parameter groups of an optimizer have changed.
    """

    def __init__(self, regrouped: Callable[[Any], None]) -> None:
        self._regrouped = regrouped
        self.heard: Callable[[], None] = lambda: None  # of each step
        self._hooks: list[Any] = []
        self._watched: list[Any] = []
        self._used: dict[int, tuple[int, int]] = {}  # parameter -> gradient and its version
        self._stepped = False
        self._groups: dict[int, int] = {}

    def watch(self, objects: list[Any]) -> None:
        """Hook the steps of optimizers among ``objects``, also of wrapped ones (accelerate's)."""
        for value in objects:
            optimizer = unwrapped_optimizer(value)
            if optimizer is not None and not any(optimizer is known for known in self._watched):
                self._watched.append(optimizer)
                self._groups[id(optimizer)] = len(optimizer.param_groups)
                self._hooks.append(optimizer.register_step_post_hook(self._note_step))

    def unwatch(self) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()
        self._watched.clear()
        self._used.clear()

    def begin_batch(self) -> None:
        self._stepped = False

    @property
    def step_is_done(self) -> bool:
        """An optimizer has stepped since the batch was handed out, and no gradient waits."""
        return bool(self._watched) and self._stepped and self.clean

    @property
    def clean(self) -> bool:
        """No gradient waits to be used."""
        return not any(True for _ in self._waiting())

    def _note_step(self, optimizer: Any, *_: Any) -> None:
        self._stepped = True
        self.heard()
        if len(optimizer.param_groups) != self._groups.get(id(optimizer)):
            self._groups[id(optimizer)] = len(optimizer.param_groups)
            self._regrouped(optimizer)
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                self._used[id(parameter)] = _mark(parameter)

    def _waiting(self) -> Any:
        groups = [group for optimizer in self._watched for group in optimizer.param_groups]
        for group in groups:
            for parameter in group["params"]:
                used = parameter.grad is None or self._used.get(id(parameter)) == _mark(parameter)
                if not used:
                    yield parameter

    def waiting_in(self, model: Any) -> dict[str, Any]:
        """The gradients of a module that wait, by parameter."""
        waiting = {id(parameter) for parameter in self._waiting()}
        return {
            name: _storable(parameter.grad)
            for name, parameter in model.named_parameters()
            if id(parameter) in waiting
        }


def _mark(parameter: Any) -> tuple[int, int]:
    gradient = parameter.grad
    return (0, 0) if gradient is None else (id(gradient), gradient._version)


def _storable(gradient: Any) -> Any:
    """A sparse gradient (``nn.Embedding(sparse=True)``) as its parts."""
    if not gradient.is_sparse:
        return gradient
    whole = gradient.coalesce()
    return {"indices": whole.indices(), "values": whole.values(), "size": list(whole.shape)}


def put_gradients(model: Any, gradients: dict[str, Any], role: str) -> None:
    """Give a module's parameters the gradients that waited, and the others none.

    :raises CheckpointMismatchError: a parameter is not there.
    """
    parameters = dict(model.named_parameters())
    for name, gradient in gradients.items():
        if name not in parameters:
            raise CheckpointMismatchError(f"{role} has no parameter {name!r} for its gradient.")
        if isinstance(gradient, dict):
            torch = module("torch")
            gradient = torch.sparse_coo_tensor(
                gradient["indices"], gradient["values"], gradient["size"]
            )
        parameters[name].grad = gradient.to(parameters[name].device)


def unwrapped_optimizer(value: Any) -> Any:
    """The torch optimizer that steps, within accelerate's and other wrappers; None for others."""
    torch = module("torch")
    if torch is None:
        return None
    for _ in range(5):
        is_optimizer = isinstance(value, torch.optim.Optimizer)
        if not (is_optimizer or "Optimizer" in type(value).__name__):
            return None
        if is_optimizer and hasattr(value, "_optimizer_step_post_hooks"):
            inner = getattr(value, "optimizer", None)
            if not isinstance(inner, torch.optim.Optimizer):
                return value
        value = next((v for n in _INSIDE if (v := getattr(value, n, None)) is not None), None)
    return None
