"""The functions of a source, and the statement in which a line lies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .effects import FUNCTIONS

LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True)
class Scope:
    """A module (a notebook's cell, a script) or a function. ``name`` is ``"<module>"`` or the
    function's, ``line`` that of its code object: the first decorator's where there are any."""

    node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
    name: str
    line: int
    nested: bool = False

    @property
    def body(self) -> list[ast.stmt]:
        return self.node.body

    @property
    def is_module(self) -> bool:
        return isinstance(self.node, ast.Module)


def parse_scopes(source: str) -> list[Scope]:
    """The module and all functions in it, at any depth.

    :raises SyntaxError: it is no Python, say a cell with magics that were not transformed.
    """
    module = ast.parse(source)
    return [Scope(module, "<module>", 1), *_functions(module, nested=False)]


def _functions(node: ast.AST, *, nested: bool) -> Iterator[Scope]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            line = min([child.lineno, *(d.lineno for d in child.decorator_list)])
            yield Scope(child, child.name, line, nested)
            yield from _functions(child, nested=True)
        else:
            yield from _functions(child, nested=nested)


def find_scope(scopes: list[Scope], name: str, line: int) -> Scope | None:
    """The scope of a code object: ``co_name`` and ``co_firstlineno``."""
    if name == "<module>":
        return scopes[0]
    for scope in scopes[1:]:
        if scope.name == name and scope.line == line:
            return scope
    return None


def statement_at(body: list[ast.stmt], line: int, column: int | None = None) -> list[ast.stmt]:
    """The statements around a line, the outermost first; the last one is what runs there. A
    compound statement is the last where the line is its header."""
    for statement in body:
        first = min([statement.lineno, *(d.lineno for d in _decorators(statement))])
        if not first <= line <= (statement.end_lineno or first):
            continue
        if column is not None and not _covers(statement, line, column):
            continue
        for part in blocks_of(statement):
            if part and not _in_header(statement, line, column):
                inner = statement_at(part, line, column)
                if inner:
                    return [statement, *inner]
        return [statement]
    return []


def _decorators(statement: ast.stmt) -> list[ast.expr]:
    return getattr(statement, "decorator_list", [])


def _covers(statement: ast.stmt, line: int, column: int) -> bool:
    after = line > statement.lineno or column >= statement.col_offset
    end_line, end = statement.end_lineno or line, statement.end_col_offset or 0
    return after and (line < end_line or column <= end)


def _in_header(statement: ast.stmt, line: int, column: int | None) -> bool:
    header = [
        part
        for name in ("iter", "test", "target", "subject")
        if isinstance(part := getattr(statement, name, None), ast.expr)
    ]
    header += [item.context_expr for item in getattr(statement, "items", [])]
    for part in header:
        if part.lineno <= line <= (part.end_lineno or part.lineno):
            if column is None:
                return True
            start = line > part.lineno or column >= part.col_offset
            if start and (line < (part.end_lineno or line) or column <= (part.end_col_offset or 0)):
                return True
    return column is None and line == statement.lineno and bool(header)


def blocks_of(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks within a compound statement of the same scope."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return []
    blocks = [
        block
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(statement, name, None), list)
    ]
    blocks += [handler.body for handler in getattr(statement, "handlers", [])]
    blocks += [case.body for case in getattr(statement, "cases", [])]
    return blocks
