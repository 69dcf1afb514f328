"""Where a program trains: the loops and calls that lead to the optimizer's step."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .program import (
    Function,
    Loop,
    Program,
    function_around,
    is_function,
    path_of,
)

OPTIMIZERS = {
    *("Adam", "AdamW", "SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam"),
    *("LBFGS", "ASGD", "Rprop", "SparseAdam", "Adafactor", "Muon", "Lion", "Lamb", "LAMB"),
    *("AdaBelief", "Ranger", "Shampoo", "AdamW8bit", "Adam8bit", "FusedAdam", "SAM"),
}
_OPTIMIZER_NAME = re.compile(r"(?i)^(opt|adam$|sgd$|solver$|.*(optim|_opt|opt_|opt[a-z]?$))")
_DEPTH = 10


@dataclass
class Step:
    """One thing on the way to a training step: a loop, a call of a function, or the update itself.

    ``scope``: the function whose code it is in (None: the module).
    """

    node: ast.AST
    scope: Function | None
    parent: Step | None
    function: Function | None = None  # of a call
    children: list[Step] = field(default_factory=list)

    @property
    def is_loop(self) -> bool:
        return isinstance(self.node, (ast.For, ast.While))

    @property
    def is_update(self) -> bool:
        return self.function is None and not self.is_loop

    @property
    def loop(self) -> Loop:
        assert isinstance(self.node, (ast.For, ast.While))
        return self.node

    def walk(self) -> Iterator[Step]:
        yield self
        for child in self.children:
            yield from child.walk()

    def way(self) -> list[Step]:
        """The steps that lead here, outermost first, itself included."""
        found: list[Step] = [self]
        while found[0].parent is not None:
            found.insert(0, found[0].parent)
        return found


def find_trainings(program: Program) -> list[Step]:
    """Each statement of the module that runs a training loop, as a tree of what it leads to."""
    finder = _Finder(program)
    roots = finder.steps_in(program.statements, None, None)
    return [root for root in roots if any(step.is_loop for step in root.walk())]


class _Finder:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._training = training_functions(program)

    def steps_in(
        self, body: list[ast.stmt] | list[ast.AST], scope: Function | None, parent: Step | None
    ) -> list[Step]:
        found: list[Step] = []
        for node in body:
            found += self._visit(node, scope, parent)
        return found

    def _visit(self, node: ast.AST, scope: Function | None, parent: Step | None) -> list[Step]:
        if isinstance(node, (ast.For, ast.While)) and self._trains(node):
            step = Step(node, scope, parent)
            head = node.iter if isinstance(node, ast.For) else node.test
            step.children = self.steps_in([head, *node.body], scope, step)
            return [step, *self.steps_in(node.orelse, scope, parent)]
        if isinstance(node, ast.Call):
            found = [s for c in ast.iter_child_nodes(node) for s in self._visit(c, scope, parent)]
            function = self._program.function_called(node)
            if function is not None and id(function) in self._training:
                step = Step(node, scope, parent, function)
                if len(step.way()) < _DEPTH and not any(
                    other.function is function for other in step.way()[:-1]
                ):
                    step.children = self.steps_in(function.body, function, step)
                return [*found, step]
            if is_update(self._program, node):
                return [*found, Step(node, scope, parent)]
            return found
        if is_function(node) and parent is not None and parent.is_loop:
            # A closure of the loop's body, as LBFGS wants one.
            return self.steps_in(node.body, scope, parent)
        if is_function(node) or isinstance(node, ast.ClassDef):
            return []
        return [s for c in ast.iter_child_nodes(node) for s in self._visit(c, scope, parent)]

    def _trains(self, loop: Loop) -> bool:
        for node in (n for statement in loop.body for n in ast.walk(statement)):
            if isinstance(node, ast.Call):
                if is_update(self._program, node):
                    return True
                function = self._program.function_called(node)
                if function is not None and id(function) in self._training:
                    return True
        return False


def training_functions(program: Program) -> set[int]:
    """The functions that update weights, themselves or by what they call."""
    calls: list[tuple[Function, Function]] = []
    found: set[int] = set()
    for functions in program.functions.values():
        for function in functions:
            for node in ast.walk(function):
                if not isinstance(node, ast.Call):
                    continue
                if is_update(program, node):
                    found.add(id(function))
                else:
                    called = program.function_called(node)
                    if called is not None:
                        calls.append((function, called))
    while True:
        more = {id(caller) for caller, called in calls if id(called) in found} - found
        if not more:
            return found
        found |= more


def is_update(program: Program, call: ast.Call) -> bool:
    return is_backward(call) or is_step(program, call) or is_partial_fit(call)


def is_backward(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("backward", "minimize")


def is_partial_fit(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "partial_fit"


def is_step(program: Program, call: ast.Call) -> bool:
    """Whether a call is the step of an optimizer, not of a scheduler or an environment."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "step"):
        return False
    receiver = container_of(call.func.value)
    if receiver is None:
        return False
    name = receiver[-1]
    if name == "self" or "sched" in name.lower():
        return False
    if program.class_named_by(call.func.value) is not None:
        return False  # its own method `step` tells
    if scaled_optimizer(call) is not None or _OPTIMIZER_NAME.match(name):
        return True
    values = program.values(receiver, function_around(call))
    return any(is_optimizer(program, value) for value in values)


def scaled_optimizer(call: ast.Call) -> ast.AST | None:
    """The optimizer in `scaler.step(optimizer)`."""
    path = container_of(call.func.value) if isinstance(call.func, ast.Attribute) else None
    if path and "scaler" in path[-1].lower() and len(call.args) == 1:
        return call.args[0]
    return None


def container_of(node: ast.AST) -> tuple[str, ...] | None:
    """The name or attribute that holds what an expression picks out by index: `opts[0]` -> opts."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return path_of(node)


def is_optimizer(program: Program, value: ast.AST) -> bool:
    """Whether an expression makes an optimizer."""
    if not isinstance(value, ast.Call):
        return False
    name = program.full_name(value.func)
    last = name.rpartition(".")[2]
    if "lr_scheduler" in name or "scheduler" in last.lower():
        return False
    if last in OPTIMIZERS and last not in program.classes:
        return True
    return name.startswith(("torch.optim.", "optim.")) or last == "configure_optimizers"
