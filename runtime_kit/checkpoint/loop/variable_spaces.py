"""Where the variables of a running loop live: its frames, and the modules whose global variables
the functions that it calls change."""

from __future__ import annotations

import ast
import inspect
import linecache
from functools import lru_cache
from itertools import pairwise
from types import CodeType, FrameType

from runtime_kit.resumable import Scope
from runtime_kit.resumable.effects import effects_of
from runtime_kit.resumable.loop_variables import PointVariables, variables_at
from runtime_kit.resumable.scopes import LOOPS, blocks_of, statement_at

from .bytecode import is_gathering, loops_in_code, variables_in_code
from .frames import column_of, read_variables, users_frame, write_variables
from .reached import (
    GlobalEffects,
    Reached,
    Space,
    global_effects,
    held_spaces,
    objects_that_ask,
    scope_of,
    whole_source,
)

_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>")  # before Python 3.12


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


def loops_around(frame: FrameType) -> int:
    """Loops around what a frame does now."""
    scope = scope_of(frame.f_code, frame.f_globals)
    if scope is None:
        return loops_in_code(frame.f_code, frame.f_lasti)
    around = statement_at(scope.body, frame.f_lineno)
    return sum(isinstance(statement, LOOPS) for statement in around) + in_comprehension(frame)


def in_comprehension(frame: FrameType) -> bool:
    """A frame gathers items in a list, set or dict comprehension."""
    code = frame.f_code
    return code.co_name in _COMPREHENSIONS or is_gathering(code, frame.f_lasti)


def loop_head(frame: FrameType | None) -> tuple[int, str] | None:
    """Line and text of the innermost loop around what a frame does, or the frames that called it;
    None where no source is there."""
    while frame is not None:
        scope = scope_of(frame.f_code, frame.f_globals)
        around = statement_at(scope.body, frame.f_lineno) if scope is not None else []
        loops = [statement for statement in around if isinstance(statement, LOOPS)]
        if loops:
            line = loops[-1].lineno
            text = linecache.getline(frame.f_code.co_filename, line, frame.f_globals)
            return line, text.strip()
        frame = users_frame(frame.f_back)
    return None


def yields_each(frame: FrameType) -> bool:
    """A generator hands out one item for each that it gets. Without source that is not known."""
    scope = scope_of(frame.f_code, frame.f_globals)
    if scope is None:
        return True
    around = statement_at(scope.body, frame.f_lineno, column_of(frame))
    loops = [statement for statement in around if isinstance(statement, LOOPS)]
    yields = [n for n in ast.walk(scope.node) if isinstance(n, (ast.Yield, ast.YieldFrom))]
    if len(yields) != 1 or len(loops) > 1:
        return False
    if not loops:
        return isinstance(yields[0], ast.YieldFrom)
    body = list(loops[0].body)
    for statement in body:
        if isinstance(statement, ast.With):
            body += statement.body
    at_once = (s.value for s in body if isinstance(s, (ast.Expr, ast.Assign, ast.AnnAssign)))
    skips = any(isinstance(node, ast.Continue) for node in ast.walk(loops[0]))
    return any(value is yields[0] for value in at_once) and not skips


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


def spaces_of(frames: list[FrameType], outer: FrameType, region: int | None) -> list[Space]:
    """The spaces of a loop.

    :param frames: from the one that asks for batches to ``outer``, the one with the outermost loop
        of the run. Where that is a generator, those that ask it follow.
    :param region: the line of the outermost loop of the run, if that is known.
    """
    reached = Reached(frames)
    found = global_effects(reached)
    spaces: list[Space] = []
    inner = frames.index(outer)
    for number, frame in reversed(list(enumerate(frames))):
        space = _frame_space(frame, number >= inner, region if frame is outer else None, reached)
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
    return spaces + held_spaces(reached) + objects_that_ask(reached)


def _frame_space(frame: FrameType, outermost: bool, region: int | None, reached: Reached) -> Space:
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
    read = _names_read_elsewhere(code, reached) if scope.is_module else frozenset()
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


def _names_read_elsewhere(code: CodeType, reached: Reached) -> frozenset[str]:
    names: set[str] = set()
    for inner, _ in reached.codes.values():
        if inner is not code:
            names.update(inner.co_names)
    return frozenset(names)
