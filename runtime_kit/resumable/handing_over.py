"""Edits that hand the run to a function, and functions that can't take one."""

from __future__ import annotations

import ast

from .heads import Edit
from .names import is_local
from .program import Function, Program, class_of
from .source import cell_of, parent_of


def first_argument(call: ast.Call, run: str) -> Edit:
    cell = cell_of(call)
    start = cell.span(call.func)[1]
    position = cell.source.index("(", start) + 1
    more = ", " if call.args or call.keywords else ""
    return Edit(cell, position, position, f"{run}{more}")


def first_parameter(function: Function, run: str) -> Edit:
    cell = cell_of(function)
    names = function.args.args
    if class_of(function) is not None and names and names[0].arg in ("self", "cls"):
        position = cell.span(names[0])[1]
        return Edit(cell, position, position, f", {run}")
    start = cell.span(function)[0]
    position = cell.source.index("(", cell.source.index(function.name, start)) + 1
    arguments = function.args
    more = ", " if arguments.posonlyargs or names or arguments.kwonlyargs else ""
    more = ", " if arguments.vararg or arguments.kwarg else more
    return Edit(cell, position, position, f"{run}{more}")


def is_repeated(program: Program, function: Function) -> bool:
    """Whether a decorator calls a function again with other arguments."""
    names = [
        program.full_name(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list
    ]
    return any(name.endswith(("find_executable_batch_size", ".retry")) for name in names)


def is_handed_on(program: Program, function: Function) -> bool:
    """Whether a function is handed on by its name, so that others call it."""
    for node in program.walk():
        if isinstance(node, ast.Name) and node.id == function.name and class_of(function) is None:
            parent = parent_of(node)
            called = isinstance(parent, ast.Call) and parent.func is node
            if not called and not is_local(node.id, node):
                return True
    return False
