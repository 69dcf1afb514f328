"""What a training does that a resume could not bring back."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from .expressions import makes_module
from .names import Chain
from .nest import container_of
from .objects import Unclear
from .program import (
    Function,
    Program,
    function_around,
    is_function,
    parameters_of,
    path_of,
)
from .source import parent_of

Reached = Sequence[tuple[ast.AST, Chain]]

_GENERATORS = re.compile(r"(^|\.)(SystemRandom|PRNG|PRNGKey|Sobol\w*)$")
_PROCESSES = re.compile(r"(^|\.)(mp|multiprocessing)\.(spawn|Process|Pool)|notebook_launcher$")
_GROWS = {"add_param_group", "add_module", "register_parameter", "register_buffer"}
_COLLECTORS = re.compile(r"^torchrl\.collectors\.")
GYMS = {"gym", "gymnasium"}
_PRUNES = re.compile(r"(^|\.)prune\.\w+$")


def check(program: Program, reached: Reached) -> None:
    """:raises Unclear: for the first thing that would make a resumed training another one."""
    for name, origin in program.imports.items():
        if _COLLECTORS.search(origin):
            found = [n for n, _ in reached if isinstance(n, ast.Name) and n.id == name]
            raise Unclear("environment", found[0] if found else reached[0][0])
    for node, way in reached:
        scope = way[-1].function if way else function_around(node)
        if isinstance(node, (ast.AsyncFor, ast.Await, ast.AsyncWith)):
            raise Unclear("asynchronous", node)
        if isinstance(node, (ast.Yield, ast.YieldFrom)) and way and _is_own(node, scope):
            continue  # a generator of batches, which the loop goes over
        if isinstance(node, ast.Call):
            _check_call(program, node, scope)
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            _check_generator(program, node, scope)
        elif isinstance(node, ast.Assign):
            _check_copy(program, node, scope)
    _check_classes(program)


def _check_call(program: Program, node: ast.Call, scope: Function | None) -> None:
    name = program.full_name(node.func)
    if _PROCESSES.search(name):
        raise Unclear("processes", node)
    if _PRUNES.search(name):
        raise Unclear("grows", node)
    if not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr in _GROWS and class_of_call(node) != "__init__":
        raise Unclear("grows", node)
    path = container_of(node.func.value)
    if path and node.func.attr == "step" and re.search(r"(?i)env", path[-1]) and node.args:
        owner = program.class_named_by(node.func.value)
        if owner is None or program.method(owner, "step") is None or _derives(program, owner):
            raise Unclear("environment", node)
    if path and node.func.attr == "rollout" and re.search(r"(?i)env", path[-1]):
        raise Unclear("environment", node)
    if path and node.func.attr == "recv":
        raise Unclear("processes", node)


def _derives(program: Program, owner: ast.ClassDef) -> bool:
    """Whether a class has a base of another package, say an environment that it wraps."""
    return any(program.full_name(base).partition(".")[0] in GYMS for base in owner.bases)


def class_of_call(node: ast.AST) -> str:
    function = function_around(node)
    return function.name if function is not None else ""


def _check_generator(program: Program, node: ast.AST, scope: Function | None) -> None:
    path = path_of(node)
    if path is None:
        return
    parent = parent_of(node)
    if isinstance(parent, ast.Attribute):
        return  # the longer path is looked at
    for size in (1, 2):
        for value in program.values(path[:size], scope) if len(path) >= size else []:
            if isinstance(value, ast.Call) and _GENERATORS.search(program.full_name(value.func)):
                raise Unclear("generator-object", node, name=".".join(path[:size]))


def _check_copy(program: Program, node: ast.Assign, scope: Function | None) -> None:
    """A variable that keeps a model, or the live tensors of one."""
    value = node.value
    if not isinstance(value, ast.Call):
        return
    name = ast.unparse(node.targets[0])
    full = program.full_name(value.func)
    if full.endswith(("deepcopy", "copy.copy")) and value.args:
        path = path_of(value.args[0])
        if path is not None and any(
            makes_module(program, made) for made in program.values(path, scope)
        ):
            raise Unclear("copied-model", node, name=name)
    is_state = isinstance(value.func, ast.Attribute) and value.func.attr == "state_dict"
    if is_state and not _only_saved(program, node):
        raise Unclear("aliased-state", node, name=name)


def _only_saved(program: Program, node: ast.Assign) -> bool:
    """`state = model.state_dict()` that is read by nothing but code near it, in the same block."""
    name = path_of(node.targets[0])
    block = parent_of(node)
    if name is None or block is None:
        return False
    inside = sum(1 for n in ast.walk(block) if path_of(n) == name) - 1
    scope = function_around(node)
    everywhere = ast.walk(scope) if scope is not None else program.walk()
    total = sum(1 for n in everywhere if path_of(n) == name) - 1
    if not 0 < inside == total or isinstance(block, ast.Module):
        return False
    return not is_function(block) or not any(
        isinstance(n, (ast.For, ast.While, ast.Global, ast.Return)) for n in ast.walk(block)
    )


def _check_classes(program: Program) -> None:
    """Datasets and environments with random generators of their own."""
    for owner in program.classes.values():
        for node in ast.walk(owner):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and _GENERATORS.search(program.full_name(node.value.func))
            ):
                path = path_of(node.targets[0])
                if path is not None and path[0] == "self" and _used_outside(owner, path):
                    raise Unclear("generator-object", node, name=".".join(path))


def _used_outside(owner: ast.ClassDef, path: tuple[str, ...]) -> bool:
    for node in ast.walk(owner):
        if isinstance(node, ast.Attribute) and path_of(node) == path:
            function = function_around(node)
            if function is not None and function.name != "__init__":
                return True
    return False


def _is_own(node: ast.AST, scope: Function | None) -> bool:
    return scope is not None and function_around(node) is scope


def resumes_itself(program: Program, start: ast.AST, scope: Function | None) -> bool:
    """Whether the first epoch of a range is what the code loaded from a checkpoint of its own."""
    for node in ast.walk(start):
        path = path_of(node)
        if path is None or not isinstance(node, (ast.Name, ast.Attribute)):
            continue
        if scope is not None and path[0] != "self" and path[0] in parameters_of(scope):
            continue
        values = program.values(path, scope)
        if any(not isinstance(value, (ast.Constant, ast.UnaryOp)) for value in values):
            return True
        if len({ast.dump(value) for value in values}) > 1:
            return True
    return False
