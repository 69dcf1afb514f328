"""Which call takes the items of an iterator, where a loop would: ``list``, ``next``."""

from __future__ import annotations

import ast
import dis
import sys
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FrameType

from runtime_kit.resumable.scopes import statement_at

from .frames import column_of, position_of
from .reached import scope_of

_CALLS = {"CALL_FUNCTION", "CALL_METHOD", "CALL_FUNCTION_KW", "CALL_FUNCTION_EX", "CALL", "CALL_KW"}
_UNPACKING = ("UNPACK_", "LIST_EXTEND", "SET_UPDATE", "CALL_FUNCTION_EX")  # f(*items)


def asking_call(frame: FrameType) -> tuple[str, bool]:
    """The name of the call, and whether its result is dropped. ``("", False)`` for a loop."""
    code, instruction = frame.f_code, frame.f_lasti
    name = dis.opname[code.co_code[instruction]]
    scope = scope_of(code, frame.f_globals)
    around = statement_at(scope.body, frame.f_lineno, column_of(frame)) if scope else []
    # A `for`, or an iterator that delegates.
    if not around or name.startswith(("FOR_ITER", "SEND", "YIELD", "INSTRUMENTED_FOR")):
        return "", False
    if name.startswith(_UNPACKING):
        return "unpacking", False
    statement = around[-1]
    place = position_of(frame)
    node: ast.AST | None
    if place is None:
        node = _in_order(code, instruction, statement)
    else:
        node = next((node for node in ast.walk(statement) if _place_of(node) == place), None)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func), isinstance(statement, ast.Expr) and statement.value is node
    return ("unpacking" if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else ""), False


def _place_of(node: ast.AST) -> tuple[int | None, ...] | None:
    if not isinstance(node, ast.expr):
        return None
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


# -- where Python does not know the column of an instruction


@lru_cache(maxsize=128)
def _in_order(code: CodeType, instruction: int, statement: ast.stmt) -> ast.expr | None:
    """The call of a statement that an instruction makes: both are in the order of evaluation. What
    is compiled twice (the test of a ``while``) comes again in the same order."""
    parts = _parts_at_once(statement)
    calls = [call for part in parts for call in _calls(part)]
    first = min((part.lineno for part in parts), default=0)
    last = max((part.end_lineno or part.lineno for part in parts), default=0)
    starts, line, number, is_call = dict(dis.findlinestarts(code)), 0, -1, False
    for i in dis.get_instructions(code):
        if i.offset > instruction:
            break
        line = starts.get(i.offset) or line
        is_call = i.opname in _CALLS and first <= line <= last
        number += is_call
    return calls[number % len(calls)] if is_call and calls else None


def _parts_at_once(statement: ast.stmt) -> list[ast.expr]:
    """The expressions of a statement, without the blocks of a compound one."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.context_expr for item in statement.items]
    parts = [part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.expr)]
    if isinstance(statement, ast.Assign):  # its value comes first
        parts.insert(0, parts.pop())
    return parts


def _calls(node: ast.AST) -> Iterator[ast.expr]:
    """The calls of an expression; a comprehension was one before Python 3.12."""
    if isinstance(node, ast.Lambda):
        return
    inside = list(ast.iter_child_nodes(node))
    called = isinstance(node, ast.Call)
    if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
        called = isinstance(node, ast.GeneratorExp) or sys.version_info < (3, 12)
        inside = [node.generators[0].iter] if called else [*node.generators, *inside]
    for part in dict.fromkeys(inside):
        yield from _calls(part)
    if called and isinstance(node, ast.expr):
        yield node
