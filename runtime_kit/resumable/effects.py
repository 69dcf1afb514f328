"""What a piece of code does to names: reads, stores, changes in place, calls, takes ``next`` of."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

# Methods of lists, dicts, sets, deques and arrays that only read. Any other call may change.
_READING = """
copy count index items keys values get join split strip lower upper format startswith endswith item
tolist numpy cpu cuda to detach clone size dim numel mean sum max min argmax argmin std var norm
view reshape float double half long int bool type shape astype all any round parameters
named_parameters
state_dict modules named_modules children eq ne gt lt ge le isalpha isdigit replace encode decode
exists is_dir is_file
"""
READING = frozenset(_READING.split())
# Functions that change their first argument.
_CHANGING = """
shuffle heappush heappop heapify heapreplace heappushpop insort insort_left insort_right setattr
delattr
"""
_CHANGING_CALLS = frozenset(_CHANGING.split())
_CLOCKS = frozenset(["time", "perf_counter", "monotonic", "process_time", "default_timer", "now"])
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Change:
    """One way in which code changes an object in place.

    ``how`` is the method's name, ``"[]"`` for an item, ``".name"`` for an attribute, ``"()"`` where
    the object itself is called, ``"argument"`` where it is handed to a call.
    """

    how: str
    line: int

    @property
    def certain(self) -> bool:
        """It changes, rather than may change."""
        return self.how not in ("argument", "()")


@dataclass
class Effects:
    """``loads``: read before the code itself stores them. ``changes``: by the name at the root,
    so ``self.history.append(x)`` is a change of ``self``."""

    loads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    calls: set[str] = field(default_factory=set)
    nexts: dict[str, int] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)  # declared global or nonlocal
    first_store: dict[str, int] = field(default_factory=dict)
    clocks: set[str] = field(default_factory=set)  # stored with the time of now, and only so

    def add(self, other: Effects) -> None:
        """Take over everything that ``other`` has, as code that may run."""
        self.loads |= other.loads
        self.clocks = {
            name
            for name in self.clocks | other.clocks
            if all(name in e.clocks or name not in e.stores for e in (self, other))
        }
        self.stores |= other.stores
        self.calls |= other.calls
        self.shared |= other.shared
        for name, line in other.nexts.items():
            self.nexts.setdefault(name, line)
        for name, line in other.first_store.items():
            self.first_store.setdefault(name, line)
        for name, changes in other.changes.items():
            self.changes.setdefault(name, []).extend(changes)


def effects_of(*nodes: ast.AST | None) -> Effects:
    """Effects of expressions and statements, everything within compound ones included. What a
    nested function does counts where it is defined, except for its own names."""
    visitor = _Visitor()
    for node in nodes:
        if node is not None:
            visitor.visit(node)
    return visitor.effects


def root_of(node: ast.AST) -> str | None:
    """``a`` of ``a.b[0].c``."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def own_names(function: ast.AST) -> set[str]:
    """A function's own names: parameters and what it stores, without global and nonlocal ones."""
    arguments = getattr(function, "args", None)
    names = (
        {argument.arg for argument in ast.walk(arguments) if isinstance(argument, ast.arg)}
        if arguments is not None
        else set()
    )
    body = function.body if isinstance(function.body, list) else [function.body]  # type: ignore[attr-defined]
    inner = effects_of(*body)
    return (names | inner.stores) - inner.shared


class _Visitor(ast.NodeVisitor):
    def __init__(self) -> None:
        self.effects = Effects()
        self._hidden: list[set[str]] = []  # names of comprehensions and lambdas

    # -- names

    def visit_Name(self, node: ast.Name) -> None:
        if any(node.id in names for names in self._hidden):
            return
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.effects.stores:
                self.effects.loads.add(node.id)
        else:
            self._store(node.id, node.lineno)

    def _store(self, name: str, line: int) -> None:
        self.effects.clocks.discard(name)
        self.effects.stores.add(name)
        self.effects.first_store.setdefault(name, line)

    def _change(self, node: ast.AST, how: str) -> None:
        root = root_of(node)
        if root is not None and not any(root in names for names in self._hidden):
            line = getattr(node, "lineno", 0)
            self.effects.changes.setdefault(root, []).append(Change(how, line))

    # -- statements whose order of evaluation is not that of their fields

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            name = target.id if isinstance(target, ast.Name) else ""
            only = name in self.effects.clocks or name not in self.effects.stores
            self.visit(target)
            if name and only and _is_clock(node.value):
                self.effects.clocks.add(name)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            name = node.target.id
            if name not in self.effects.stores:
                self.effects.loads.add(name)
            self.visit(node.value)
            self._store(name, node.lineno)
        else:
            self.visit(node.value)
            self.visit(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    visit_AsyncFor = visit_For

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._store(node.target.id, node.lineno)

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        self.effects.shared.update(node.names)

    visit_Nonlocal = visit_Global

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self._store((alias.asname or alias.name).split(".")[0], node.lineno)

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._store(node.name, node.lineno)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        if node.name:
            self._store(node.name, node.lineno)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._store(node.name, node.lineno)

    # -- scopes of their own

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, node.args):
            self._visit_defaults(part)
        self._add_inner(node)
        self._store(node.name, node.lineno)

    visit_FunctionDef = visit_AsyncFunctionDef = _visit_function

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_defaults(node.args)
        self._add_inner(node)

    def _visit_defaults(self, node: ast.AST) -> None:
        if isinstance(node, ast.arguments):
            for default in (*node.defaults, *node.kw_defaults):
                if default is not None:
                    self.visit(default)
        else:
            self.visit(node)

    def _add_inner(self, function: ast.AST) -> None:
        """Free names of a function, read or changed when it is called."""
        own = own_names(function)
        body = function.body if isinstance(function.body, list) else [function.body]  # type: ignore[attr-defined]
        inner = effects_of(*body)
        hidden: set[str] = set().union(*self._hidden) if self._hidden else set()
        free = inner.loads | inner.changes.keys() | (inner.stores & inner.shared)
        for name in free - own - hidden:
            if name in inner.stores:
                self.effects.stores.add(name)
                self.effects.first_store.setdefault(name, inner.first_store[name])
            self.effects.loads.add(name)
            if name in inner.changes:
                self.effects.changes.setdefault(name, []).extend(inner.changes[name])
        self.effects.calls |= {call for call in inner.calls if call.split(".")[0] not in own}
        for name, line in inner.nexts.items():
            if name.split(".")[0] not in own:
                self.effects.nexts.setdefault(name, line)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.bases, *node.keywords, *node.decorator_list):
            self.visit(part)
        inner = effects_of(*node.body)
        self.effects.loads |= inner.loads
        self._store(node.name, node.lineno)

    def _visit_comprehension(self, node: ast.AST) -> None:
        generators = node.generators  # type: ignore[attr-defined]
        self.visit(generators[0].iter)
        targets = effects_of(*(generator.target for generator in generators)).stores
        self._hidden.append(targets)
        for number, generator in enumerate(generators):
            if number:
                self.visit(generator.iter)
            for condition in generator.ifs:
                self.visit(condition)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)  # type: ignore[attr-defined]
        self._hidden.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    # -- changes in place

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._change(node, f".{node.attr}")
        self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._change(node, "[]")
        self.visit(node.value)
        self.visit(node.slice)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        name = _dotted(function)
        if name is not None and not any(name.split(".")[0] in names for names in self._hidden):
            self.effects.calls.add(name)
        asked: ast.AST | None = node.args[0] if name == "next" and node.args else None
        if isinstance(function, ast.Attribute) and function.attr == "__next__":
            asked = function.value
        taken = _dotted(asked) if asked is not None else None
        if taken is not None:
            self.effects.nexts.setdefault(taken, node.lineno)
        if isinstance(function, ast.Attribute):
            if function.attr not in READING:
                self._change(function, function.attr)
        elif isinstance(function, ast.Name):
            self._change(function, "()")
        for position, argument in enumerate(node.args):
            if position == 0 and name is not None and name.split(".")[-1] in _CHANGING_CALLS:
                self._change(argument, name.split(".")[-1])
            elif isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript, ast.Starred)):
                self._change(argument, "argument")
        for keyword in node.keywords:
            if isinstance(keyword.value, (ast.Name, ast.Attribute, ast.Subscript)):
                self._change(keyword.value, "argument")
        self.generic_visit(node)


def _is_clock(node: ast.AST) -> bool:
    name = _dotted(node.func) if isinstance(node, ast.Call) else None
    return name is not None and name.split(".")[-1] in _CLOCKS


def _dotted(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else None
    return None
