"""A loss that is summed over turns before it is differentiated: only its value could be saved."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from runtime_kit.checkpoint.errors import LoopError
from runtime_kit.checkpoint.state.dtypes import module

from .reached import Space

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def check_summed_losses(space: Space, excluded: Container[str]) -> None:
    """Asked between two turns.

    :raises LoopError: a variable holds such a sum.
    """
    torch = module("torch")
    for name, variable in space.variables.items():
        value = space.values.get(name)
        if torch is None or not isinstance(value, torch.Tensor) or value.grad_fn is None:
            continue
        scope = _scope(space)
        if name in excluded or not variable.by_turn or scope is None:
            continue
        if _is_differentiated(scope, name) and _depends_on_itself(scope, name):
            raise LoopError(
                f"{name} is summed over several batches and then differentiated, but a "
                "checkpoint has its value only. Call backward() for each batch instead, as in "
                "(loss / n).backward(): the gradients add up, and they are saved. Or leave it "
                f'out: run.exclude("{name}").'
            )


def _scope(space: Space) -> ast.AST | None:
    if space.source is None or space.key == "<module>":
        return space.source
    named = (n for n in ast.walk(space.source) if isinstance(n, ast.FunctionDef))
    return next((node for node in named if node.name == space.key), space.source)


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Without those of functions in it."""
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        if not isinstance(node, _FUNCTIONS):
            yield node
            todo += ast.iter_child_nodes(node)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _is_differentiated(scope: ast.AST, name: str) -> bool:
    """``loss.backward()``, ``scaler.scale(loss).backward()``, ``accelerator.backward(loss)``."""
    for node in _own_nodes(scope):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            takes = node.func.attr.endswith("backward") or node.func.attr == "grad"
            if takes and name in _names(node):
                return True
    return False


def _depends_on_itself(scope: ast.AST, name: str) -> bool:
    """Its next value is made of the one before, perhaps by way of other variables."""
    made_of: dict[str, set[str]] = {}
    for node in _own_nodes(scope):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            made_of.setdefault(node.target.id, {node.target.id}).update(_names(node.value))
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in (part for t in targets for part in ast.walk(t)):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    made_of.setdefault(target.id, set()).update(_names(node.value))
    seen: set[str] = set()
    todo = set(made_of.get(name, ()))
    while todo:
        if name in todo:
            return True
        seen |= todo
        todo = set().union(*(made_of.get(part, set()) for part in todo)) - seen
    return False
