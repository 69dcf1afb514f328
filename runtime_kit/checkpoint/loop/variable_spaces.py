"""Where the variables of a running loop live: its frames, and the modules whose global variables
the functions that it calls change."""

from __future__ import annotations

import ast
import inspect
import linecache
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from types import CodeType, FrameType
from typing import Any

from runtime_kit.resumable import LoopVariable, Reason, Scope, find_scope, parse_scopes
from runtime_kit.resumable.effects import Effects, effects_of, own_names
from runtime_kit.resumable.loop_variables import PointVariables, variables_at
from runtime_kit.resumable.scopes import blocks_of, statement_at

from .bytecode import globals_in_code, variables_in_code
from .frames import column_of, is_users, read_variables, write_variables


@dataclass
class Space:
    """Variables with one owner. ``key`` finds it again in another process."""

    key: str
    values: dict[str, Any]
    write: Callable[[dict[str, Any]], None]
    variables: dict[str, LoopVariable]
    globals: dict[str, Any]
    effects: Effects = field(default_factory=Effects)
    point: PointVariables | None = None
    source: ast.AST | None = None  # all of the file or cell


@lru_cache(maxsize=64)
def _parsed(source: str) -> tuple[Scope, ...]:
    try:
        return tuple(parse_scopes(source))
    except (SyntaxError, ValueError, RecursionError):
        return ()


def scope_of(code: CodeType, module_globals: dict[str, Any] | None = None) -> Scope | None:
    """The source of a code object, parsed; None where there is none."""
    lines = linecache.getlines(code.co_filename, module_globals)
    scopes = _parsed("".join(lines)) if lines else ()
    return find_scope(list(scopes), code.co_name, code.co_firstlineno) if scopes else None


def is_plain_loop(frame: FrameType) -> bool:
    """The frame is at a ``for`` over a plain ``run.batches(L)`` or one of its siblings, and no
    generator, around which there may be more."""
    if frame.f_code.co_flags & inspect.CO_GENERATOR:
        return False
    scope = scope_of(frame.f_code, frame.f_globals)
    if scope is None:
        return False
    around = statement_at(scope.body, frame.f_lineno, column_of(frame))
    loop = around[-1] if around else None
    made = loop.iter if isinstance(loop, ast.For) else None
    plain = isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute)
    return plain and made.func.attr in ("batches", "enumerate", "epochs", "steps")  # type: ignore


def follows_directly(frame: FrameType, loop_line: int) -> bool:
    """What a frame does now comes right after the loop at a line: ``if stop: break``."""
    scope = scope_of(frame.f_code, frame.f_globals)
    if scope is None:
        return False
    around = statement_at(scope.body, loop_line)
    blocks = [scope.body, *(block for outer in around[:-1] for block in blocks_of(outer))]
    for block in blocks:
        for loop, after in pairwise(block):
            if around and loop is around[-1]:
                inside = after.lineno <= frame.f_lineno <= (after.end_lineno or after.lineno)
                return inside and isinstance(after, (ast.If, ast.Break, ast.Return))
    return False


def stored_on_the_way_out(frame: FrameType) -> set[str]:
    """Names that the block which leaves a loop stores: ``stopped = True; break``."""
    scope = scope_of(frame.f_code, frame.f_globals)
    around = statement_at(scope.body, frame.f_lineno) if scope else []
    if len(around) < 2 or not isinstance(around[-1], (ast.Break, ast.Return)):
        return set()
    for block in blocks_of(around[-2]):
        if around[-1] in block and isinstance(around[-2], ast.If):
            return effects_of(*block).stores
    return set()


def whole_source(code: CodeType, module_globals: dict[str, Any]) -> ast.AST | None:
    """The file or cell of a code object."""
    lines = linecache.getlines(code.co_filename, module_globals)
    scopes = _parsed("".join(lines)) if lines else ()
    return scopes[0].node if scopes else None


@lru_cache(maxsize=128)
def _point(
    scope: Scope,
    line: int,
    column: int | None,
    region: int | None,
    whole: bool,
    also_read: frozenset[str],
) -> PointVariables:
    statement: ast.stmt | None = None
    if region is not None:
        around = statement_at(scope.body, region)
        statement = around[-1] if around else None
    return variables_at(
        scope, line, column=column, region=statement, whole=whole, also_read=also_read
    )


def spaces_of(frames: list[FrameType], region: int | None) -> list[Space]:
    """The spaces of a loop.

    :param frames: from the one that asks for batches to the one with the outermost loop.
    :param region: the line of the outermost loop of the run, if that is known.
    """
    outer = frames[-1]
    found = global_effects(frames)
    spaces: list[Space] = []
    for frame in reversed(frames):
        space = _frame_space(frame, frame is outer, region if frame is outer else None)
        spaces.append(space)
        for effects in found if space.key == "<module>" else ():
            if effects.namespace is space.globals:
                _merge(space, effects)
                effects.variables, effects.nexts = {}, {}
    for effects in found:
        if effects.variables or effects.nexts:
            namespace = effects.namespace
            key = f"module:{namespace.get('__name__', '')}"
            values = dict(namespace)
            space = Space(key, values, namespace.update, effects.variables, namespace)
            space.effects.nexts.update(effects.nexts)
            spaces.append(space)
    return spaces


def _frame_space(frame: FrameType, outermost: bool, region: int | None) -> Space:
    code = frame.f_code
    scope = scope_of(code, frame.f_globals)
    values = read_variables(frame)
    if scope is None:
        variables = variables_in_code(code, frame.f_lasti, whole=not outermost)
        return Space(
            code.co_name,
            values,
            lambda new: write_variables(frame, new),
            variables,
            frame.f_globals,
        )
    read = (
        frozenset(_names_read_elsewhere(code, frame.f_globals)) if scope.is_module else frozenset()
    )
    point = _point(scope, frame.f_lineno, column_of(frame), region, not outermost, read)
    return Space(
        code.co_name,
        values,
        lambda new: write_variables(frame, new),
        {variable.name: variable for variable in point.variables},
        frame.f_globals,
        point.region,
        point,
        whole_source(code, frame.f_globals),
    )


def _merge(space: Space, effects: GlobalEffects) -> None:
    """A module's own frame holds what functions do to its variables."""
    for name, variable in effects.variables.items():
        known = space.variables.get(name)
        if known is None or not known.certain:
            space.variables[name] = variable
    space.effects.nexts.update(effects.nexts)


# -- functions that the loop calls


def reached_functions(frames: list[FrameType]) -> list[tuple[CodeType, dict[str, Any]]]:
    """The user's functions that the frames can call by name, in turn, and the frames' own."""
    found: dict[int, tuple[CodeType, dict[str, Any]]] = {}
    todo = [(frame.f_code, frame.f_globals) for frame in frames]
    for frame in frames:
        values = read_variables(frame)
        for name in _all_names(frame.f_code):
            todo += _codes_of(values.get(name))
    while todo:
        code, namespace = todo.pop()
        if id(code) in found or not is_users(code):
            continue
        found[id(code)] = (code, namespace)
        for name in _all_names(code):
            todo += _codes_of(namespace.get(name))
        todo += [(const, namespace) for const in code.co_consts if isinstance(const, CodeType)]
    return list(found.values())


def _codes_of(value: Any) -> list[tuple[CodeType, dict[str, Any]]]:
    for _ in range(5):
        value = getattr(value, "__wrapped__", value) if callable(value) else value
    if isinstance(value, types.MethodType):
        value = value.__func__
    if isinstance(value, types.FunctionType):
        return [(value.__code__, value.__globals__)]
    return _codes_of_class(value if isinstance(value, type) else type(value))


@lru_cache(maxsize=2048)
def _codes_of_class(kind: Any) -> list[tuple[CodeType, dict[str, Any]]]:
    members = [member for base in kind.__mro__ for member in base.__dict__.values()]
    functions = [getattr(member, "__func__", member) for member in members]
    return [
        (function.__code__, function.__globals__)
        for function in functions
        if isinstance(function, types.FunctionType) and is_users(function.__code__)
    ]


@lru_cache(maxsize=512)
def _all_names(code: CodeType) -> frozenset[str]:
    names = {*code.co_names, *code.co_varnames, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _all_names(constant)
    return frozenset(names)


def _names_read_elsewhere(code: CodeType, namespace: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for name in _all_names(code):
        for inner, inner_globals in _codes_of(namespace.get(name)):
            if inner_globals is namespace and is_users(inner):
                found |= set(inner.co_names)
    return found


@dataclass
class GlobalEffects:
    """What functions do to the global variables of a module."""

    namespace: dict[str, Any]
    variables: dict[str, LoopVariable] = field(default_factory=dict)
    nexts: dict[str, int] = field(default_factory=dict)


def global_effects(frames: list[FrameType]) -> list[GlobalEffects]:
    """By module, the global variables that functions which the loop may call store or change."""
    found: dict[int, GlobalEffects] = {}
    for code, namespace in reached_functions(frames):
        scope = scope_of(code, namespace)
        if code.co_name == "<module>" or (scope is not None and scope.is_module):
            continue
        effects = found.setdefault(id(namespace), GlobalEffects(namespace))
        variables, nexts = _globals_of(scope) if scope else (globals_in_code(code), ())
        for variable in variables:
            known = effects.variables.get(variable.name)
            if variable.name in namespace and not (known and known.certain):
                effects.variables[variable.name] = variable
        effects.nexts.update({n: line for n, line in nexts if n.split(".")[0] in namespace})
    return list(found.values())


@lru_cache(maxsize=512)
def _globals_of(
    scope: Scope,
) -> tuple[tuple[LoopVariable, ...], tuple[tuple[str, int], ...]]:
    effects = effects_of(*scope.body)
    own = own_names(scope.node)
    declared = {
        name for node in ast.walk(scope.node) if isinstance(node, ast.Global) for name in node.names
    }
    result = []
    for name in sorted((effects.stores & declared) | (effects.changes.keys() - own)):
        stored = name in effects.stores and name in declared
        changes = tuple(effects.changes.get(name, ()))
        if name in effects.clocks or not (stored or any(change.certain for change in changes)):
            continue
        reason = Reason.NEXT_TURN if stored else Reason.CHANGED
        result.append(LoopVariable(name, reason, scope.line, stored, changes))
    nexts = tuple((n, line) for n, line in effects.nexts.items() if n.split(".")[0] not in own)
    return tuple(result), nexts
