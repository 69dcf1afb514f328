"""The user's functions that a loop may call, and the variables that they keep: global ones, those
of closures, attributes of functions and classes, and default arguments."""

from __future__ import annotations

import ast
import enum
import functools
import linecache
import types
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FrameType, FunctionType
from typing import Any

from runtime_kit.checkpoint.state.portable import SCALARS
from runtime_kit.resumable import LoopVariable, Reason, Scope, find_scope, parse_scopes
from runtime_kit.resumable.effects import Change, Effects, effects_of, own_names
from runtime_kit.resumable.loop_variables import PointVariables

from .bytecode import shared_in_code
from .frames import is_users, read_variables

_CONTAINERS = (list, tuple, set, frozenset, deque)
_DEEP = 4  # attributes and containers between a variable and a function that it holds
MODULE = "attributes:"  # of a tracked module
HELD = ("closure:", "function:", "class:", "defaults:", MODULE)  # keys of such spaces
LOADER = "loader:"  # of what a loader keeps
_MANY = 64  # items of a container that are looked at


@dataclass
class Space:
    """Variables with one owner. ``key`` finds it again in another process. ``held``: the owner is
    a function or class that the program makes, perhaps later."""

    key: str
    values: dict[str, Any]
    write: Callable[[dict[str, Any]], None]
    variables: dict[str, LoopVariable]
    globals: dict[str, Any]
    effects: Effects = field(default_factory=Effects)
    point: PointVariables | None = None
    source: ast.AST | None = None  # all of the file or cell

    @property
    def held(self) -> bool:
        return self.key.startswith(HELD)


# -- sources


@lru_cache(maxsize=64)
def _parsed(source: str) -> tuple[Scope, ...]:
    try:
        return tuple(parse_scopes(source))
    except (SyntaxError, ValueError, RecursionError):
        return ()


def _scopes(code: CodeType, module_globals: dict[str, Any] | None) -> tuple[Scope, ...]:
    lines = linecache.getlines(code.co_filename, module_globals)
    return _parsed("".join(lines)) if lines else ()


def scope_of(code: CodeType, module_globals: dict[str, Any] | None = None) -> Scope | None:
    """The source of a code object, parsed; None where there is none."""
    scopes = _scopes(code, module_globals)
    return find_scope(list(scopes), code.co_name, code.co_firstlineno) if scopes else None


def whole_source(code: CodeType, module_globals: dict[str, Any]) -> ast.AST | None:
    """The file or cell of a code object."""
    scopes = _scopes(code, module_globals)
    return scopes[0].node if scopes else None


# -- what is reached


@lru_cache(maxsize=2048)
def is_users_class(kind: Any) -> bool:
    """A class that the user's code defines."""
    for member in vars(kind).values():
        function = getattr(member, "__func__", member)
        # A decorator may add functions of its own module: dataclass does from Python 3.13 on.
        if isinstance(function, FunctionType) and function.__module__ == kind.__module__:
            return is_users(function.__code__)
    return bool(kind.__module__ == "__main__")


@lru_cache(maxsize=512)
def _all_names(code: CodeType) -> tuple[str, ...]:
    names = {*code.co_names, *code.co_varnames, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names.update(_all_names(constant))
    return tuple(sorted(names))  # in the same order in each process


@lru_cache(maxsize=2048)
def _functions_of_class(kind: Any) -> tuple[FunctionType, ...]:
    members = [member for base in kind.__mro__ for member in base.__dict__.values()]
    functions = [getattr(m, "fget", None) or getattr(m, "__func__", m) for m in members]
    return tuple(f for f in functions if isinstance(f, FunctionType) and is_users(f.__code__))


class Reached:
    """What frames can call by name, in turn, and the frames' own code."""

    def __init__(self, frames: list[FrameType]) -> None:
        self.codes: dict[int, tuple[CodeType, dict[str, Any]]] = {}
        self.functions: list[FunctionType] = []
        self.classes: list[type] = []
        self.objects: list[Any] = []  # of the user's classes
        self._seen: set[int] = set()
        self._todo: list[tuple[Any, int]] = []
        for frame in frames:
            values = read_variables(frame)
            self._add_code(frame.f_code, frame.f_globals, values)
        while self._todo:
            self._look(*self._todo.pop())

    def _add_code(self, code: CodeType, namespace: dict[str, Any], own: dict[str, Any]) -> None:
        if not is_users(code):
            return
        self.codes.setdefault(id(code), (code, namespace))
        missing = object()
        for name in _all_names(code):
            value = own.get(name, missing)
            value = namespace.get(name, missing) if value is missing else value
            if value is not missing:
                self._todo.append((value, 0))
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self.codes.setdefault(id(constant), (constant, namespace))

    def _look(self, value: Any, depth: int) -> None:
        kind: Any = type(value)
        if kind in SCALARS or id(value) in self._seen:
            return
        self._seen.add(id(value))
        if kind is FunctionType:
            self._look_at_function(value)
        elif isinstance(value, functools.partial):
            self._todo += [(item, depth) for item in (value.func, value.args)]
        elif isinstance(value, types.MethodType):
            self._todo += [(value.__self__, depth), (value.__func__, depth)]
        elif isinstance(value, type):
            self._look_at_class(value)
        elif kind in _CONTAINERS or kind is dict:
            items = value.values() if kind is dict else value
            if depth < _DEEP and len(items) <= _MANY:
                self._todo += [(item, depth + 1) for item in items]
        else:
            self._look_at_class(kind)
            inner = getattr(value, "__dict__", None)
            if depth < _DEEP and type(inner) is dict and is_users_class(kind):
                self.objects.append(value)
                self._todo += [(item, depth + 1) for item in inner.values()]
        wrapped = getattr(value, "__wrapped__", None) if callable(value) else None
        if wrapped is not None:
            self._todo.append((wrapped, depth))

    def _look_at_function(self, function: FunctionType) -> None:
        if not is_users(function.__code__):
            return
        self.functions.append(function)
        self._add_code(function.__code__, function.__globals__, _cells_of(function))
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        self._todo += [(item, 1) for item in (*defaults, *vars(function).values())]

    def _look_at_class(self, kind: Any) -> None:
        functions = _functions_of_class(kind)
        if functions and is_users_class(kind) and kind not in self.classes:
            self.classes.append(kind)
            self._seen.add(id(kind))
        self._todo += [(function, 0) for function in functions]


def _cells_of(function: FunctionType) -> dict[str, Any]:
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # it is not set yet
            continue
    return found


# -- what they do to variables


@dataclass
class GlobalEffects:
    """What functions do to the global variables of a module."""

    namespace: dict[str, Any]
    variables: dict[str, LoopVariable] = field(default_factory=dict)
    nexts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, variable: LoopVariable) -> None:
        known = self.variables.get(name)
        if not (known and known.certain):
            self.variables[name] = variable


def global_effects(reached: Reached) -> list[GlobalEffects]:
    """By module, the global variables that functions which the loop may call store or change."""
    found: dict[int, GlobalEffects] = {}
    for code, namespace in reached.codes.values():
        scope = scope_of(code, namespace)
        if code.co_name == "<module>" or (scope is not None and scope.is_module):
            continue
        effects = found.setdefault(id(namespace), GlobalEffects(namespace))
        for variable in _shared_of(code, scope):
            if variable.name in namespace and variable.name not in code.co_freevars:
                effects.add(variable.name, variable)
        nexts = _nexts_of(scope) if scope else ()
        effects.nexts.update({n: line for n, line in nexts if n.split(".")[0] in namespace})
    return list(found.values())


def held_spaces(reached: Reached) -> list[Space]:
    """Variables that live on in functions and classes: cells of closures, attributes, defaults."""
    spaces: list[Space] = []
    numbers: dict[str, int] = {}
    cells_seen: set[tuple[int, bool]] = set()
    for function in reached.functions:
        name = function.__qualname__
        number = numbers[name] = numbers.get(name, 0) + 1
        key = name if number == 1 else f"{name}#{number}"
        found = [
            _closure_space(f"closure:{key}", function, cells_seen),
            _attribute_space(f"function:{key}", vars(function), function),
            _defaults_space(f"defaults:{key}", function),
        ]
        spaces += [space for space in found if space is not None]
    for kind in reached.classes:
        if not issubclass(kind, enum.Enum):
            space = _attribute_space(f"class:{kind.__qualname__}", dict(vars(kind)), kind)
            spaces += [space] if space is not None else []
    return spaces


def objects_that_ask(reached: Reached) -> list[Space]:
    """Objects whose methods take ``next`` of an attribute, as a prefetcher's do."""
    spaces = []
    for value in reached.objects:
        kind: Any = type(value)
        for function in _functions_of_class(kind):
            scope = scope_of(function.__code__, function.__globals__)
            own = function.__code__.co_varnames[:1]
            nexts = effects_of(*scope.body).nexts if scope is not None else {}
            asks = {n: line for n, line in nexts.items() if n.split(".")[0] in own and "." in n}
            if asks:
                source = whole_source(function.__code__, function.__globals__)
                values, namespace = {own[0]: value}, function.__globals__
                space = Space("", values, lambda new: None, {}, namespace, source=source)
                space.effects.nexts.update(asks)
                spaces.append(space)
    return spaces


def _closure_space(key: str, function: FunctionType, seen: set[tuple[int, bool]]) -> Space | None:
    code = function.__code__
    if not code.co_freevars:
        return None
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    values = _cells_of(function)
    variables = {}
    for variable in _shared_of(code, scope_of(code, function.__globals__)):
        name = variable.name
        mark = (id(cells[name]), variable.certain) if name in values else None
        if mark is not None and mark not in seen:
            seen.add(mark)
            variables[name] = variable

    def write(new: dict[str, Any]) -> None:
        for name, value in new.items():
            cells[name].cell_contents = value

    if not variables:
        return None
    return Space(key, values, write, variables, function.__globals__)


def _attribute_space(key: str, attributes: dict[str, Any], owner: Any) -> Space | None:
    """What may have been changed by code that is not seen, so it is saved once it differs."""
    values = {
        name: value
        for name, value in attributes.items()
        if not (name.startswith("__") or callable(value) or hasattr(type(value), "__get__"))
    }

    def write(new: dict[str, Any]) -> None:
        for name, value in new.items():
            setattr(owner, name, value)

    variables = {name: uncertain(name) for name in values}
    return Space(key, values, write, variables, {}) if values else None


def _defaults_space(key: str, function: FunctionType) -> Space | None:
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    values = {f"default {n}": v for n, v in enumerate(defaults) if type(v) in (list, dict, set)}
    variables = {name: uncertain(name) for name in values}
    return Space(key, values, lambda new: None, variables, {}) if values else None


def uncertain(name: str) -> LoopVariable:
    """What is saved once it differs from what it was when the loop began."""
    return LoopVariable(name, Reason.CHANGED, 0, False, (Change("argument", 0),))


def _shared_of(code: CodeType, scope: Scope | None) -> tuple[LoopVariable, ...]:
    return shared_in_code(code) if scope is None else _shared_of_scope(scope)


@lru_cache(maxsize=512)
def _shared_of_scope(scope: Scope) -> tuple[LoopVariable, ...]:
    """Variables of other scopes that a function stores or may change."""
    effects = effects_of(*scope.body)
    own = own_names(scope.node)
    kinds = (ast.Global, ast.Nonlocal)
    declared = {n for node in ast.walk(scope.node) if isinstance(node, kinds) for n in node.names}
    result = []
    for name in sorted((effects.stores & declared) | (effects.changes.keys() - own)):
        stored = name in effects.stores and name in declared
        if name not in effects.clocks:
            reason = Reason.NEXT_TURN if stored else Reason.CHANGED
            changes = tuple(effects.changes.get(name, ()))
            result.append(LoopVariable(name, reason, scope.line, stored, changes))
    return tuple(result)


@lru_cache(maxsize=512)
def _nexts_of(scope: Scope) -> tuple[tuple[str, int], ...]:
    own = own_names(scope.node)
    nexts = effects_of(*scope.body).nexts
    return tuple((n, line) for n, line in nexts.items() if n.split(".")[0] not in own)
