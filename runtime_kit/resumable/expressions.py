"""What an expression makes, and where a name in it is taken from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .nest import container_of
from .program import (
    MOVES,
    Function,
    Path,
    Program,
    function_around,
    is_function,
    loops_around,
    path_of,
)
from .source import parent_of

_LIBRARY_MODULE = re.compile(
    r"^(torch\.nn\.(?!functional)|nn\.(?!functional|init|utils)|torchvision\.models|timm\.|"
    r"torch\.(compile|jit\.script|hub\.load)|copy\.(deepcopy|copy)|"
    r"torch\.optim\.swa_utils\.AveragedModel|transformers\.\w+\.from_pretrained)"
)


def makes_module(program: Program, value: ast.AST) -> bool:
    """Whether an expression makes (or wraps, or moves) a torch module."""
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Name) and value.func.id in program.classes:
        return program.is_module_class(program.classes[value.func.id])
    if isinstance(value.func, ast.Attribute) and value.func.attr in MOVES:
        return makes_module(program, value.func.value)
    return bool(_LIBRARY_MODULE.match(program.full_name(value.func)))


def is_scheduler_name(name: str) -> bool:
    last = name.rpartition(".")[2]
    return "lr_scheduler" in name or last.endswith("LR") or "schedule" in last.lower()


def parts_of(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, (ast.List, ast.Tuple)):
        return [part for element in node.elts for part in parts_of(element)]
    if isinstance(node, ast.BinOp):
        return [*parts_of(node.left), *parts_of(node.right)]
    if isinstance(node, ast.Dict):
        return [part for value in node.values for part in parts_of(value)]
    if isinstance(node, ast.Starred):
        return parts_of(node.value)
    return [node]


def makes_tensors(program: Program, values: list[ast.AST]) -> bool:
    """Whether a name holds tensors that are trained: made by torch with gradients."""
    for value in values:
        text = ast.unparse(value)
        if re.search(
            r"requires_grad|nn\.Parameter|\bParameter\(|torch\.(zeros|randn|rand|tensor|"
            r"ones|normal|empty)",
            text,
        ):
            return True
    return False


def iterated(path: Path, node: ast.AST) -> Path | None:
    """The container that a comprehension or loop in or around a node takes `path` from."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.comprehension):
            found = _taken_from(path, inner.target, inner.iter)
            if found is not None:
                return found
    parent: ast.AST | None = node
    while parent is not None and not is_function(parent):
        if isinstance(parent, (ast.For, ast.comprehension)):
            found = _taken_from(path, parent.target, parent.iter)
            if found is not None:
                return found
        parent = parent_of(parent)
    return None


def gathered(program: Program, path: Path, scope: Function | None) -> Iterator[ast.AST]:
    """What a list is filled with: `for p in net.parameters(): params.append(p)`."""
    for node in ast.walk(scope) if scope is not None else program.walk():
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("append", "extend", "insert")
            and container_of(node.func.value) == path
            and function_around(node) is scope
        ):
            continue
        for argument in node.args:
            yield argument
            names = {inner.id for inner in ast.walk(argument) if isinstance(inner, ast.Name)}
            for loop in loops_around(node):
                if isinstance(loop, ast.For):
                    targets = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
                    if targets & names:
                        yield loop.iter


def _taken_from(path: Path, target: ast.AST, iterated: ast.AST) -> Path | None:
    """`m` of `for m, o in zip(models, optimizers)` is taken from `models`."""
    if path_of(target) == path:
        return path_of(iterated)
    if not isinstance(target, ast.Tuple) or not isinstance(iterated, ast.Call):
        return None
    name = path_of(iterated.func)
    if name == ("enumerate",) and len(target.elts) == 2 and iterated.args:
        return _taken_from(path, target.elts[1], iterated.args[0])
    if name == ("zip",) and len(target.elts) == len(iterated.args):
        for part, argument in zip(target.elts, iterated.args, strict=True):
            if path_of(part) == path:
                return path_of(argument)
    return None


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
