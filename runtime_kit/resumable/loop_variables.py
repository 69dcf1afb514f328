"""Which variables a loop carries from one turn to the next, and which are read after it.

A variable is carried where its value at a turn's begin may be read before it is stored again
(``total += x``, ``if loss < best``), or where what it holds is changed in place
(``history.append(x)``). These are the values that a resume has to bring back. What only ever holds
the time of now (``start = time.time()``) means nothing after a resume and is none of them.
"""

from __future__ import annotations

import ast
import builtins
import enum
from dataclasses import dataclass

from .effects import FUNCTIONS, Change, Effects, effects_of
from .liveness import liveness
from .scopes import LOOPS, Scope, parse_scopes, statement_at

_READING_ALL = frozenset(["locals", "vars", "eval", "exec"])  # where all names count as read
_BUILTINS = frozenset(dir(builtins))


class Reason(enum.Enum):
    """Why a variable is carried."""

    NEXT_TURN = "read in a later turn before it is stored there"
    AFTER = "read after the loop"
    CHANGED = "changed in place"
    NAMESPACE = "stored in the loop, and other cells can read it"


@dataclass(frozen=True)
class LoopVariable:
    """``line``: where the loop stores or changes it first. ``changes``: how it is changed in place;
    a variable with uncertain ones only (it is handed to a call) has no other reason.

    ``in_turns``: its value matters while more turns follow; ``after``: once the loop has ended.
    ``by_turn``: the loop's own code does read it in the next turn before it stores it.
    """

    name: str
    reason: Reason
    line: int
    stored: bool
    changes: tuple[Change, ...] = ()
    in_turns: bool = True
    after: bool = True
    by_turn: bool = False

    @property
    def certain(self) -> bool:
        """The loop does store or change it, rather than may change it."""
        return self.stored or any(change.certain for change in self.changes)


@dataclass(frozen=True)
class PointVariables:
    """What :func:`variables_at` finds.

    ``region``: effects of the code that runs again after a resume, or that ran before it.
    ``statement``: what runs at the point; ``loop``: the loop that asks for its next turn there.
    """

    variables: tuple[LoopVariable, ...]
    region: Effects
    statement: ast.stmt | None
    loop: ast.stmt | None


def loop_variables(source: str, line: int) -> tuple[LoopVariable, ...]:
    """The variables that the loop at ``line`` of a cell, script or function's source carries.

    ``line`` is that of ``for`` or ``while``, from 1. Names of modules, functions and objects to be
    tracked are among them where the code may change them: what they are is not known here.

    :raises ValueError: no loop begins at this line.
    :raises SyntaxError: the source is no Python.
    """
    for scope in reversed(parse_scopes(source)):
        around = statement_at(scope.body, line)
        loop = next(
            (s for s in reversed(around) if isinstance(s, LOOPS) and s.lineno == line), None
        )
        if loop is not None:
            return variables_at(scope, line, region=loop).variables
    raise ValueError(f"no loop begins at line {line}")


def variables_at(
    scope: Scope,
    line: int,
    *,
    column: int | None = None,
    region: ast.stmt | None = None,
    whole: bool = False,
    also_read: frozenset[str] = frozenset(),
) -> PointVariables:
    """The variables of ``scope`` that matter where ``line`` asks for the next turn or batch.

    :param region: the outermost statement that a resume is in the middle of. By default the
        outermost loop around the point; without one the whole scope.
    :param whole: the scope is entered anew in each turn of a loop outside of it.
    :param also_read: names that are read elsewhere, as by functions that are called.
    """
    around = statement_at(scope.body, line, column)
    loops = [s for s in around if isinstance(s, LOOPS)]
    if region is None and loops and not whole:
        region = loops[0]
    effects = effects_of(*scope.body) if region is None or whole else effects_of(region)
    _add_called(scope, effects)
    point = around[-1] if around else None
    everywhere = effects_of(*scope.body)
    captured = _captured(scope)
    shared = frozenset(everywhere.shared)
    names = frozenset(everywhere.stores | everywhere.loads)
    anywhere = shared | captured | also_read
    if everywhere.calls & _READING_ALL:
        anywhere |= names
    visible = _live(scope, point, anywhere, anywhere)
    namespace = _live(scope, point, names, anywhere) if scope.is_module else visible
    again = liveness(scope.body, frozenset(), entered=True).more.get(point) if point else None
    parameters = _parameters(scope) if whole else set()
    found = []
    for name in sorted((effects.stores | effects.changes.keys() | parameters) - effects.clocks):
        stored = name in effects.stores or name in parameters
        changes = tuple(effects.changes.get(name, ()))
        in_turns, after = (name in namespace.more), (name in namespace.after)
        if stored and name in visible.turn:
            reason = Reason.NEXT_TURN if name in visible.more else Reason.AFTER
        elif stored and name in namespace.turn:
            reason = Reason.NAMESPACE
        elif changes and not stored and not (name in _BUILTINS and name not in everywhere.stores):
            reason, in_turns, after = Reason.CHANGED, True, True
        else:
            continue  # made anew in each turn
        line_of = effects.first_store.get(name) or (changes[0].line if changes else scope.line)
        by_turn = again is not None and name in again
        found.append(LoopVariable(name, reason, line_of, stored, changes, in_turns, after, by_turn))
    loop = point if isinstance(point, LOOPS) else None
    return PointVariables(tuple(found), effects, point, loop)


@dataclass(frozen=True)
class _Live:
    """What is live at a point: where a turn may follow or not, where one does, where none does."""

    turn: frozenset[str]
    more: frozenset[str]
    after: frozenset[str]


def _live(
    scope: Scope, point: ast.stmt | None, leave: frozenset[str], anywhere: frozenset[str]
) -> _Live:
    found = liveness(scope.body, leave)
    if point is None:
        return _Live(leave, leave, leave)
    after = found.after.get(point, frozenset()) | leave
    if isinstance(point, LOOPS):
        return _Live(found.turn[point] | leave, found.more[point] | anywhere, after)
    # In the middle of a statement: what it stores is stored only after the point, if it gets there.
    stores = effects_of(point).stores if isinstance(point, ast.Assign) else set()
    during = (after - stores) | effects_of(point).loads
    return _Live(during | after, during, after)


def _captured(scope: Scope) -> frozenset[str]:
    """Names of the scope that functions in it read: whenever those are called."""
    names: set[str] = set()
    for statement in ast.walk(scope.node):
        if statement is not scope.node and isinstance(
            statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        ):
            names |= effects_of(statement).loads
    return frozenset(names)


def _add_called(scope: Scope, effects: Effects) -> None:
    """What functions of the scope do to its names, where the region may call them."""
    functions = {
        node.name: node
        for node in ast.walk(scope.node)
        if node is not scope.node and isinstance(node, FUNCTIONS)
    }
    seen: set[str] = set()
    while reached := (effects.loads & functions.keys()) - seen:
        for name in reached:
            seen.add(name)
            inner = effects_of(functions[name])
            inner.stores.discard(name)
            inner.first_store.pop(name, None)
            inner.nexts.clear()
            effects.add(inner)


def _parameters(scope: Scope) -> set[str]:
    arguments = getattr(scope.node, "args", None)
    if arguments is None:
        return set()
    return {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}
