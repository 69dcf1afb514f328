"""From the loops that train to the edits that make them resumable."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from .calls import name_calls
from .conflicts import calls_of, without_conflicts
from .handing_over import first_argument, first_parameter, is_handed_on, is_repeated
from .hazards import check, resumes_itself
from .heads import (
    Edit,
    Head,
    counted_while,
    cycled,
    head_of,
    wrap_batches,
    wrap_count,
    wrap_while,
)
from .names import Names, chain_of
from .nest import Step, find_trainings, is_backward
from .objects import Facts, ObjectFinder, Tracked, Unclear, made_in
from .own_checkpoints import own_saves
from .plan import Note, Plan, Proposed
from .program import (
    Function,
    Program,
    class_of,
    is_function,
    parents_of,
    path_of,
    statement_of,
)
from .source import cell_of, parent_of, text_of
from .turns import Turns

# Packages whose calls give the same data again.
_KNOWN = {"torch", "torchvision", "torchaudio", "torchtext", "torchdata", "torch_geometric"}
_KNOWN |= {"itertools", "numpy", "datasets", "webdataset", "tqdm", "timm", "monai"}


class Planner:
    def __init__(self, program: Program, facts: Facts, run: str = "run") -> None:
        self._program = program
        self._names = Names(program)
        self._objects = ObjectFinder(program, facts)
        self._turns = Turns(program)
        self.run = program.free_name(run)

    def plans(self) -> tuple[list[Plan], list[Unclear]]:
        """Plans for all trainings of the program, and why not for those without one."""
        plans: list[Plan] = []
        failed: list[Unclear] = []
        lost: set[tuple[int, int]] = set()
        for root in find_trainings(self._program):
            for training, outer in self._trainings(root, [], failed, lost):
                try:
                    plans.append(self._plan(training, outer))
                except Unclear as error:
                    failed.append(error)
                    lost |= calls_of(training)
        plans = name_calls(self._program, plans, failed, lost)
        return without_conflicts(plans, lost), failed

    # -- which loop is the training

    def _trainings(
        self,
        step: Step,
        outer: list[Step],
        failed: list[Unclear],
        lost: set[tuple[int, int]],
    ) -> list[tuple[Step, list[Step]]]:
        """The loops to make resumable, each with the loops around it that train anew each time."""
        if not step.is_loop:
            return [
                t for child in step.children for t in self._trainings(child, outer, failed, lost)
            ]
        try:
            why = self._trains_anew(step)
        except Unclear as error:
            failed.append(error)
            lost |= calls_of(step)
            return []
        if why is None:
            return [(step, outer)]
        inner = [
            found
            for child in step.children
            for found in self._trainings(child, [*outer, step], failed, lost)
        ]
        if not inner or any(self._is_data(found) for found, _ in inner):
            failed.append(why)
            lost |= calls_of(step)
            return []
        return inner

    def _is_data(self, step: Step) -> bool:
        loop = step.loop
        return isinstance(loop, ast.For) and head_of(self._program, loop).kind == "data"

    def _trains_anew(self, step: Step) -> Unclear | None:
        """Whether what is trained is made in the loop's body (folds, seeds, learning rates), so
        that loops in it are the trainings; why this one is none."""
        if not any(child.is_loop or child.children for child in step.children):
            return None
        try:
            tracked = self._objects.find(step, step.loop.body, step.scope)
        except Unclear as error:
            if error.code == "not-visible":
                return error
            raise
        made = made_in(tracked, step.loop)
        return None if made is None else Unclear("new-optimizer", step.node)

    # -- one training

    def _plan(self, training: Step, outer: list[Step]) -> Plan:
        loop = training.loop
        home, tracked = self._home(training)
        chain = chain_of(training)
        reached = list(self._names.reached(loop.body, chain))
        check(self._program, reached)
        if home is not None and isinstance(home, ast.AsyncFunctionDef):
            raise Unclear("asynchronous", home)
        if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(loop)):
            raise Unclear("asynchronous", loop)
        before = self._before(training, home)
        plan = Plan(training, home, before, before, tracked, calls=calls_of(training))
        plan.by_call = self._called_often(training, home)
        plan.fields = self._turns.name(plan, outer)
        batches = self._batch_loops(training)
        for step in (*training.way(), *training.walk()):
            if step.function is not None and is_repeated(self._program, step.function):
                raise Unclear("called-often", step.node, name=step.function.name)
            called = step.function if step.scope is not None else None
            if called is None or class_of(called) is not None:
                continue
            if len(self._program.definitions(called.name)) > 1:
                raise Unclear("redefined", step.node, name=called.name)
        self._edit_loops(plan, batches)
        self._track_generators(plan, batches)
        self._edit_iterators(plan, within_epochs=bool(batches))
        self._pass_run(plan, [training, *batches])
        plan.notes += own_saves(self._program, reached)
        for names in sorted(tracked.guessed):
            plan.notes.append(Note("from-kernel", {"name": names}))
        return plan

    def _home(self, training: Step) -> tuple[Function | None, Tracked]:
        """Where the run is made: the module if it sees all that is tracked, else the function of
        the loop."""
        body = training.loop.body
        if training.scope is None:
            return None, self._objects.find(training, body, None)
        try:
            tracked = self._objects.find(training, body, None)
            top = training.way()[0]
            if self._are_made_before(tracked, statement_of(top.node)):
                return None, tracked
        except Unclear as error:
            if error.code not in ("not-visible", "maybe-none", "no-objects"):
                raise
        return training.scope, self._objects.find(training, body, training.scope)

    def _are_made_before(self, tracked: Tracked, statement: ast.stmt) -> bool:
        """Whether names that the module sees are bound at its level at all."""
        bound = {name for s in self._program.statements for name in _bound_by(s)} | set(
            self._program.imports
        )
        return all(text.split(".")[0] in bound for text in tracked.roles.values())

    def _before(self, training: Step, home: Function | None) -> ast.stmt:
        for step in training.way():
            if step.scope is home and (step is training or step.function is not None):
                following = training.way()[training.way().index(step) + 1 :]
                if any(s.scope is home for s in following):
                    continue
                return statement_of(step.node)
        raise Unclear("too-complex", training.node)

    def _called_often(self, training: Step, home: Function | None) -> Function | None:
        """The function on the way to the one that makes the run, or this itself, that several
        places call.

        :raises Unclear: they call two of them, or others call one.
        """
        found: Function | None = None
        for step in training.way() if home is not None else ():
            if step.function is None or step is training:
                continue
            if is_handed_on(self._program, step.function):
                raise Unclear("callback", step.node, name=step.function.name)
            if len(self._program.calls_of(step.function)) > 1:
                if found is not None:
                    raise Unclear("called-often", step.node, name=step.function.name)
                found = step.function
            if step.function is home:
                break
        return found

    # -- its loops

    def _batch_loops(self, training: Step) -> list[Step]:
        """The outermost loops over data within a training that together make all its updates."""
        found: list[Step] = []
        self._collect(training, found, training)
        return found

    def _collect(self, step: Step, found: list[Step], training: Step) -> None:
        for child in step.children:
            if child.is_loop and isinstance(child.node, ast.For):
                head = head_of(self._program, child.node)
                if head.kind == "data" or (
                    head.kind == "count" and self._is_minibatches(training, child)
                ):
                    found.append(child)
                    continue
            self._collect(child, found, training)

    def _is_minibatches(self, training: Step, child: Step) -> bool:
        """`for i in range(0, n, size)` within epochs, with whole updates in each turn."""
        loop = training.loop
        name = ast.unparse(loop.target) if isinstance(loop, ast.For) else ast.unparse(loop.test)
        if not re.search(r"(?i)epoch|^ep\b|^e$", name):
            return False
        return _updates(child) == _updates(training) and "accum" not in text_of(child.loop.iter)  # type: ignore[union-attr]

    def _edit_loops(self, plan: Plan, batches: list[Step]) -> None:
        training = plan.training
        loop = training.loop
        if self._is_data(training):
            if batches:
                raise Unclear("no-range", loop)
            batches[:] = [training]
        else:
            if batches and not self._is_exact_within(training, batches):
                batches.clear()
                plan.notes.append(Note("after-epoch"))
            method = "epochs" if batches else "steps"
            self._edit_head(plan, training, method)
        for step in batches:
            assert isinstance(step.node, ast.For)
            head = head_of(self._program, step.node)
            self._check_data(step, head)
            certain, name = self._data_source(step, head)
            code = "batches" if certain == "high" else "batches-unsure"
            for edit in wrap_batches(head, self.run):
                plan.edits.append(
                    Proposed(edit, code, {"name": name}, certain, line=step.loop.lineno)
                )

    def _track_generators(self, plan: Plan, batches: list[Step]) -> None:
        """Generators of loaders that the training goes over past the run, as for validation."""
        loop, chain = plan.training.loop, chain_of(plan.training)
        heads = [head_of(self._program, s.node) for s in batches if isinstance(s.node, ast.For)]
        known = {path_of(head.core) for head in heads}
        for node, way in self._names.reached([loop], chain):
            path = path_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
            if path is None or path in known:
                continue
            scope = way[-1].function if way else None
            for value in self._program.values(path, scope):
                for keyword in value.keywords if isinstance(value, ast.Call) else ():
                    if keyword.arg != "generator":
                        continue
                    found = path_of(keyword.value)
                    lifted = self._names.lift(found, way, plan.home) if found else None
                    if lifted is None:
                        raise Unclear("generator-object", value, name=ast.unparse(keyword.value))
                    plan.tracked.add(lifted)

    def _edit_iterators(self, plan: Plan, *, within_epochs: bool) -> None:
        """`it = iter(loader)` before steps that take `next(it)` -> `it = run.cycle(loader)`."""
        loop = plan.training.loop
        done: list[ast.AST] = []
        for node, way in self._names.reached(loop.body, chain_of(plan.training)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            path = path_of(node.args[0]) if node.func.id == "next" and node.args else None
            if path is None:
                continue
            scope = way[-1].function if way else None
            values = self._program.values(path, scope)
            made = [value for value in values if loop not in parents_of(value)]
            if not made and values:
                continue  # made anew in each turn
            if len(made) != 1 or within_epochs:
                raise Unclear("iterator", node, name=".".join(path))
            if any(made[0] is value for value in done):
                continue
            done.append(made[0])
            edit = cycled(self._program, made[0], self.run)
            statement = statement_of(made[0])
            same = parent_of(statement) is parent_of(plan.before)
            if edit is None or not same or cell_of(statement) is not cell_of(plan.before):
                raise Unclear("iterator", node, name=".".join(path))
            if statement.lineno < plan.before.lineno:
                plan.before = statement
            plan.edits.append(Proposed(edit, "cycle", line=statement.lineno))

    def _is_exact_within(self, training: Step, batches: list[Step]) -> bool:
        """Whether a resume within a turn is exact: all updates are made by the inner loops, and the
        generators of their loaders can be seen."""
        covered = {u for step in batches for u in _updates(step)}
        if _updates(training) - covered:
            return False
        for step in batches:
            assert isinstance(step.node, ast.For)
            if self._hides_generator(step, head_of(self._program, step.node)):
                return False
        return True

    def _hides_generator(self, step: Step, head: Head) -> bool:
        core = head.core
        if path_of(core) is not None and not head.named:
            return False
        values = self._program.values(path_of(core) or ("",), step.scope)
        for node in (n for part in (core, *values) for n in ast.walk(part)):
            path = path_of(node)
            for value in self._program.values(path, step.scope) if path else []:
                if isinstance(value, ast.Call) and any(
                    k.arg == "generator" for k in value.keywords
                ):
                    return True
        return False

    def _check_data(self, step: Step, head: Head) -> None:
        if head.kind == "iterator":
            raise Unclear("iterator", step.node, name=text_of(head.core))

    def _data_source(self, step: Step, head: Head) -> tuple[str, str]:
        """How sure it is that a loop's data comes in the same order again, and its name."""
        core = head.core
        name = text_of(core).partition("(")[0].strip()
        path = path_of(core)
        if path is None:
            return ("low" if self._is_foreign(core) else "high"), name
        if self._objects.is_known(path, "DataLoader"):
            return "high", name
        values = self._program.values(path, step.scope, core)
        return ("medium" if any(self._is_foreign(v) for v in values) else "high"), name

    def _is_foreign(self, node: ast.AST) -> bool:
        """Whether a call goes to code that is imported and not of a known package."""
        if not isinstance(node, ast.Call):
            return False
        path = path_of(node.func)
        if path is None or path[0] not in self._program.imports:
            return False
        return self._program.full_name(node.func).partition(".")[0] not in _KNOWN

    def _edit_head(self, plan: Plan, training: Step, method: str) -> None:
        loop = training.loop
        called = f"{self.run}.{method}"
        edits: list[Edit] | None = None
        if isinstance(loop, ast.While):
            counted = counted_while(loop)
            if counted is None:
                raise Unclear("no-range", loop)
            values = self._program.values((counted.name,), training.scope)
            if any(
                isinstance(node, (ast.Subscript, ast.Call))
                for value in values
                for node in ast.walk(value)
                if loop not in parents_of(value)
            ):
                raise Unclear("own-resume", loop)
            edits = wrap_while(loop, counted, called)
        else:
            head = head_of(self._program, loop)
            if head.kind != "count" or head.enumerated is not None:
                raise Unclear("no-range", loop)
            call = head.core if isinstance(head.core, ast.Call) else None
            if (
                call is not None
                and len(call.args) > 1
                and resumes_itself(self._program, call.args[0], training.scope)
            ):
                raise Unclear("own-resume", loop)
            edits = wrap_count(self._program, head, called)
        if edits is None:
            raise Unclear("no-range", loop)
        for number, edit in enumerate(edits):
            second = number > 0 and isinstance(loop, ast.While)
            proposed = Proposed(edit, "condition" if second else method, needed=second)
            proposed.line = loop.lineno
            plan.edits.append(proposed)

    # -- how the run gets to its loops

    def _pass_run(self, plan: Plan, steps: Sequence[Step]) -> None:
        home = plan.home
        if home is None:
            return
        for step in steps:
            way = [s for s in step.way()[:-1] if s.function is not None]
            inside = False
            for call in way:
                if call.scope is home:
                    inside = True
                if not inside:
                    continue
                assert call.function is not None and isinstance(call.node, ast.Call)
                self._pass_to(plan, call.node, call.function)

    def _pass_to(self, plan: Plan, call: ast.Call, function: Function) -> None:
        calls = self._program.calls_of(function)
        if len(calls) > 1:
            raise Unclear("called-often", call, name=function.name)
        if is_handed_on(self._program, function):
            raise Unclear("callback", call, name=function.name)
        values = {"function": function.name}
        plan.edits.append(
            Proposed(first_argument(call, self.run), "pass", values, needed=True, line=call.lineno)
        )
        plan.edits.append(
            Proposed(
                first_parameter(function, self.run), "parameter", needed=True, line=function.lineno
            )
        )


def _updates(step: Step) -> set[int]:
    """The updates of a training: the optimizers' steps, or backward where there is none."""
    updates = [s for s in step.walk() if s.is_update and isinstance(s.node, ast.Call)]
    stepped = {id(s.node) for s in updates if not is_backward(s.node)}  # type: ignore[arg-type]
    return stepped or {id(s.node) for s in updates}


def _bound_by(statement: ast.stmt) -> set[str]:
    """Names that a statement of the module binds, compound statements included."""
    found: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if is_function(node) or isinstance(node, ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if not isinstance(node, (ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp)):
            waiting += ast.iter_child_nodes(node)
    return found
