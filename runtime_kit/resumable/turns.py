"""Names for the turns of loops that train a model in each: folds, seeds, configurations."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .calls import RUN_NAME, calls_to_home, name_edits
from .heads import Edit, adds_one, head_of
from .names import chain_of
from .nest import Step
from .objects import Unclear
from .plan import Plan, Proposed
from .program import (
    Function,
    Program,
    argument_for,
    class_of,
    function_around,
    parameters_of,
    parents_of,
    path_of,
)
from .source import cell_of, parent_of, text_of

_LISTED = {"split", "items", "values", "keys"}  # calls that give the same few things again


class Turns:
    def __init__(self, program: Program) -> None:
        self._program = program

    def name(self, plan: Plan, outer: list[Step]) -> list[str]:
        """The variables that tell the turns of a training's outer loops apart, as the run's home
        sees them. A loop that has none is given one.

        :raises Unclear: a loop's turns have no name there.
        """
        found: list[str] = []
        for step in (*outer, *_comprehensions(plan.training, plan.home)):
            name = self._telling(step)
            if name is None and self._is_listed(step):
                name = self._number(plan, step)
            path: tuple[str, ...] | None = (name,) if name else None
            if path is not None and step.scope is not plan.home:
                path = self._passed_on(path, step, plan.training, plan.home)
            if path is None and name is not None and not plan.by_call:
                path = self._handed_over(plan, step, name)
            if path is None:
                raise Unclear("loop-name", step.node)
            found.append(".".join(path))
        return found

    def _telling(self, step: Step) -> str | None:
        """The variable of a loop whose value names the turn: a number or a text."""
        loop = step.node
        if not isinstance(loop, (ast.For, ast.comprehension)):
            return None
        head = head_of(self._program, loop)
        target = loop.target
        first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else None
        if head.enumerated is not None and first is not None:
            return first.id if isinstance(first, ast.Name) else None
        if isinstance(target, ast.Name) and head.kind in ("count", "list"):
            values = self._program.values(path_of(head.core) or ("",), step.scope)
            core = head.core if isinstance(head.core, (ast.List, ast.Tuple)) else None
            core = core or next((v for v in values if isinstance(v, (ast.List, ast.Tuple))), None)
            if core is None or all(map(_names_a_folder, core.elts)):
                return target.id
        if isinstance(first, ast.Name) and _called(head.core) == "items":
            path = path_of(head.core.func.value)  # type: ignore[attr-defined]
            made = self._program.values(path, step.scope) if path is not None else []
            keys = [key for v in made if isinstance(v, ast.Dict) for key in v.keys]
            if keys and len(made) == 1 and all(map(_names_a_folder, keys)):
                return first.id
        return _counter(loop) if isinstance(loop, ast.For) else None

    def _is_listed(self, step: Step) -> bool:
        """Whether a loop goes over a few things that are there again in the same order."""
        if not isinstance(step.node, ast.For):
            return False
        head = head_of(self._program, step.node)
        if head.enumerated is not None or head.bar is not None or head.named:
            return False
        if head.kind == "list" or _called(head.core) in _LISTED:
            return True
        path = path_of(head.core)
        values = self._program.values(path, step.scope) if path is not None else []
        return bool(values) and all(
            isinstance(value, (ast.List, ast.Tuple, ast.Dict, ast.ListComp)) for value in values
        )

    def _number(self, plan: Plan, step: Step) -> str:
        """`for a, b in kf.split(x)` -> `for fold, (a, b) in enumerate(kf.split(x))`."""
        loop = step.node
        assert isinstance(loop, ast.For)
        cell = cell_of(loop)
        text, items = text_of(loop.target), text_of(loop.iter)
        name = self._program.free_name("fold" if _called(loop.iter) == "split" else "number")
        if isinstance(loop.target, ast.Tuple) and not text.startswith("("):
            text = f"({text})"
        if isinstance(loop.iter, ast.Tuple) and not items.startswith("("):
            items = f"({items})"
        start, end = cell.span(loop.target)[0], cell.span(loop.iter)[1]
        between = cell.source[cell.span(loop.target)[1] : cell.span(loop.iter)[0]]
        if between.split() != ["in"]:  # brackets or comments
            raise Unclear("loop-name", loop)
        edit = Edit(cell, start, end, f"{name}, {text}{between}enumerate({items})")
        plan.edits.append(Proposed(edit, "turn", needed=True, line=loop.lineno))
        return name

    def _passed_on(
        self, path: tuple[str, ...], step: Step, training: Step, home: Function | None
    ) -> tuple[str, ...] | None:
        """The parameter that a loop's variable becomes in the functions that are called."""
        loop = parent_of(step.node) if isinstance(step.node, ast.comprehension) else step.node
        for call in chain_of(training):
            if loop not in parents_of(call.node) and call.scope is step.scope:
                continue
            named = None
            for name in parameters_of(call.function):
                argument = argument_for(call.node, call.function, name)
                if argument is not None and path_of(argument) == path:
                    named = name
            if named is None:
                return None
            path = (named,)
            if call.function is home:
                return path
        return None

    def _handed_over(self, plan: Plan, step: Step, name: str) -> tuple[str, ...] | None:
        """`results[name] = train(net)` -> `train(name, net)`, for the name of the run."""
        call, home = calls_to_home(plan, plan.home)[-1], plan.home
        direct = function_around(call) is step.scope and home is not None
        if not direct or home is None or class_of(home) is not None:
            return None
        if any(edit.code == "name-call" for edit in plan.edits):
            return None
        parameter = self._program.free_name(RUN_NAME)
        plan.edits += name_edits(home, call, name, parameter)
        return (parameter,)


def _comprehensions(training: Step, home: Function | None) -> Iterator[Step]:
    """Those that call the run's home, or what leads to it, in each of their turns."""
    for step in training.way()[:-1]:
        for node in parents_of(step.node):
            if isinstance(node, ast.stmt):
                break
            if isinstance(node, ast.Lambda):
                raise Unclear("callback", step.node, name=text_of(node))
            for part in getattr(node, "generators", ()):
                yield Step(part, step.scope, None)
        if step.function is home:
            break


def _counter(loop: ast.For) -> str | None:
    """`fold` of a loop whose first lines have `fold += 1`."""
    stored = [
        node.id
        for statement in loop.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    for statement in loop.body:
        if isinstance(statement, (ast.For, ast.While, ast.With, ast.If, ast.Try)):
            break
        target = statement.target if isinstance(statement, ast.AugAssign) else None
        counts = isinstance(target, ast.Name) and adds_one(statement, target.id)
        if counts and stored.count(target.id) == 1:  # type: ignore[union-attr]
            return target.id  # type: ignore[union-attr]
    return None


def _called(node: ast.AST) -> str:
    """`split` of `kf.split(x)`."""
    method = node.func if isinstance(node, ast.Call) else None
    return method.attr if isinstance(method, ast.Attribute) else ""


def _names_a_folder(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and "/" not in str(node.value)
