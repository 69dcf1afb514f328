"""Marks tell whether a value has changed in place since the loop began."""

from __future__ import annotations

import ast
import types
import zlib
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.portable import (
    SCALARS,
    Freezer,
    NotPortable,
    TooLarge,
    fingerprint,
)
from runtime_kit.resumable.effects import READING

from .frames import is_users
from .reached import scope_of

_DEEP = 1 << 16  # elements and bytes up to which all that is in a value is compared
_READ = 1 << 30  # bytes of a tensor or array, at about 3 GB/s
_MEMBERS = 1 << 22  # of a container, whose identities are compared


def mark_of(
    value: Any, name: str, left_out: Callable[[Any], bool], *, read: bool = True
) -> int | None:
    """Equal marks mean the same value; None where that can't be known.

    :param read: also what takes a while: nothing shows that the code leaves it alone.
    """
    try:
        return fingerprint(Freezer(left_out).take(value, name, limit=_DEEP))
    except TooLarge:
        return _mark_of_large(value, read)
    except NotPortable:
        return None


def _mark_of_large(value: Any, read: bool) -> int | None:
    torch, numpy = module("torch"), module("numpy")
    if torch is not None and isinstance(value, torch.Tensor):
        if not read or value.device.type != "cpu" or value.is_inference():
            return None if value.is_inference() else hash((value.data_ptr(), value._version))
        size = value.numel() * value.element_size()
        return fingerprint(value) if size <= _READ else hash((value.data_ptr(), value._version))
    if not read:
        return None
    if numpy is not None and isinstance(value, numpy.ndarray):
        return fingerprint(value) if value.nbytes <= _READ else None
    if isinstance(value, (list, tuple, deque, dict, set)) and len(value) <= _MEMBERS:
        members = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        return _mark_of_members(members)
    if isinstance(value, (bytearray, bytes)):
        return zlib.crc32(value)
    return None


def _mark_of_members(members: Any) -> int:
    """Which objects are in a container, not what is in them: a memory that fills and rotates."""
    return hash(tuple(member if type(member) in SCALARS else id(member) for member in members))


# -- what the methods of a class do to attributes


@lru_cache(maxsize=256)
def changed_by_methods(kind: Any) -> tuple[frozenset[str], frozenset[str] | None]:
    """Attributes that methods do change in place after the construction, and those that they may
    change; None for the latter where a method's source can't be read."""
    does: set[str] = set()
    may: set[str] | None = set()
    for base in kind.__mro__:
        for name, member in vars(base).items():
            function = getattr(member, "fget", None) or getattr(member, "__func__", member)
            if name in ("__init__", "__new__", "__post_init__"):
                continue
            if not isinstance(function, types.FunctionType) or not is_users(function.__code__):
                continue
            scope = scope_of(function.__code__, function.__globals__)
            own = function.__code__.co_varnames[:1]
            if scope is None or may is None:
                may = None
            elif own:
                changes = _Changes(own[0])
                changes.visit(scope.node)
                does |= changes.does
                may |= changes.may
    return frozenset(does), None if may is None else frozenset(may)


class _Changes(ast.NodeVisitor):
    """Of the attributes of ``own``: ``self.rows.append(x)``, ``self.rows[i] = x`` does change them,
    ``f(self.rows)`` and ``rows = self.rows`` may."""

    def __init__(self, own: str) -> None:
        self._own = own
        self.does: set[str] = set()
        self.may: set[str] = set()

    def _attribute(self, node: ast.AST) -> str | None:
        """``rows`` of ``self.rows[0].x``."""
        name = None
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            name = node.attr if isinstance(node, ast.Attribute) else None
            node = node.value
        return name if isinstance(node, ast.Name) and node.id == self._own else None

    def visit_Subscript(self, node: ast.Subscript) -> None:
        name = self._attribute(node)
        if name is None:
            self.generic_visit(node)
            return
        if not isinstance(node.ctx, ast.Load):
            self.does.add(name)
        self.visit(node.slice)  # what is read of it is let be

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = self._attribute(node)
        if name is None:
            self.generic_visit(node)
        elif isinstance(node.value, ast.Name):
            self.may.add(name)
        elif not isinstance(node.ctx, ast.Load):
            self.does.add(name)  # self.row.x = 1

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        taken = [*node.args, *(keyword.value for keyword in node.keywords)]
        name = self._attribute(function.value) if isinstance(function, ast.Attribute) else None
        if name is not None and isinstance(function, ast.Attribute):
            if function.attr in _ADDING or function.attr.endswith("_"):
                self.does.add(name)
            elif function.attr not in READING:
                self.may.add(name)
        elif isinstance(function, ast.Name) and function.id in _ASKING:
            taken = [node for node in taken if self._attribute(node) is None]
        else:
            self.visit(function)
        for argument in taken:
            root = self._attribute(argument)
            if root is not None:
                self.may.add(root)  # a part of it, as a row
            self.visit(argument)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._visit_operands(node.left, node.right)

    def visit_Compare(self, node: ast.Compare) -> None:
        self._visit_operands(node.left, *node.comparators)

    def _visit_operands(self, *operands: ast.expr) -> None:
        for operand in operands:
            if self._attribute(operand) is None:
                self.visit(operand)


_ASKING = frozenset(["len", "range", "isinstance", "float", "int", "max", "min", "sum", "print"])
_ADDS = """
append appendleft extend insert add update pop popleft remove clear setdefault sort reverse discard
fill put
"""
_ADDING = frozenset(_ADDS.split())
