"""What a training changes and a checkpoint has to hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .expressions import (
    gathered,
    is_none,
    is_scheduler_name,
    iterated,
    makes_module,
    makes_tensors,
    parts_of,
)
from .names import Chain, Names, Origin, chain_of, is_unpacked, origins
from .nest import Step, container_of, is_partial_fit, is_step, scaled_optimizer
from .program import Function, Loop, Path, Program, argument_for, is_function, moved, path_of
from .source import cell_of, parent_of

Facts = Mapping[str, Mapping[str, Any]]  # what an idle kernel says of its variables

_PARAMETERS = {"parameters", "named_parameters", "trainable_parameters", "get_parameters"}
_AVERAGES = {"update_parameters", "load_state_dict", "ema_update", "soft_update", "hard_update"}
_MODULE_CALLS = {"eval", "train", "zero_grad", "requires_grad_", "state_dict"} | _PARAMETERS
_SCHEDULER = re.compile(r"(?i)sched|^lr_?s$|warmup|plateau|annealing")
_LOSS = re.compile(
    r"Loss(es)?$|^(nn|torch\.nn)\.(Softmax|Sigmoid|ReLU|Flatten|Identity|LogSoftmax)"
)


class Unclear(Exception):
    """Why nothing is proposed: a code of ``messages.OBSTACLES``, with its values."""

    def __init__(self, code: str, node: ast.AST | None = None, **values: str) -> None:
        super().__init__(code)
        self.code, self.node, self.values = code, node, values


@dataclass
class Tracked:
    """Objects by role, as written at home, and where each is made."""

    roles: dict[str, str] = field(default_factory=dict)
    made: list[ast.AST] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)  # found in the kernel, not in the code

    def add(self, path: Path) -> None:
        text = ".".join(path)
        if text in self.roles.values():
            return
        role = path[-1].strip("_") or path[-1]
        name, count = role, 2
        while name in self.roles:
            name, count = f"{role}{count}", count + 1
        self.roles[name] = text


class ObjectFinder:
    """Finds what one training needs to have saved, under the names of one scope."""

    def __init__(self, program: Program, facts: Facts) -> None:
        self._program = program
        self._names = Names(program)
        self._facts = facts
        self._chain: Chain = ()  # the calls that lead to the home that is asked for
        self._at: ast.AST | None = None  # where the training begins, as that home sees it

    def find(self, training: Step, region: list[ast.stmt], home: Function | None) -> Tracked:
        """:raises Unclear: an optimizer, or what it holds, has no name that `home` can use."""
        chain = chain_of(training)
        self._chain = tuple(
            call for index, call in enumerate(chain) if _leads_to(chain[: index + 1], home, chain)
        )
        self._at = next((s.node for s in reversed(training.way()) if s.scope is home), None)
        tracked = Tracked()
        optimizers: list[tuple[Path, list[Origin]]] = []
        others: list[Path] = []
        reached = list(self._names.reached(region, chain))
        for node, way in reached:
            if not isinstance(node, ast.Call):
                continue
            if is_partial_fit(node):
                path = self._lift(node.func.value, way, home, node)  # type: ignore[attr-defined]
                tracked.add(path)
                tracked.made += [o.value for o in self._origins(path, home)]
            elif is_step(self._program, node) and isinstance(node.func, ast.Attribute):
                scaled = scaled_optimizer(node)
                if scaled is not None:
                    self._add_other(others, node.func.value, way, home)
                path = self._lift(
                    scaled if scaled is not None else node.func.value, way, home, node
                )
                if path not in [known for known, _ in optimizers]:
                    optimizers.append((path, self._origins(path, home)))
        for path, found in optimizers:
            held = [module for origin in found for module in self._held(origin)]
            if not held:
                held = self._held_in_kernel(path, home)
                tracked.guessed |= {module[0] for module in held}
            for module in held:
                self._add(tracked, module, home)
        if not optimizers and not tracked.roles:
            self._updated_by_hand(reached, home, tracked)
        if not tracked.roles:
            raise Unclear("no-objects", training.node)
        for path, found in optimizers:
            tracked.add(path)
            tracked.made += [origin.value for origin in found]
        self._averages(reached, home, tracked)
        self._stepped(reached, home, others)
        for path in others:
            self._add(tracked, path, home)
        return tracked

    def is_known(self, path: Path, kind: str) -> bool:
        """Whether the kernel says that a name holds an object of a kind."""
        return len(path) == 1 and self._facts.get(path[0], {}).get("kind") == kind

    def _add(self, tracked: Tracked, path: Path, home: Function | None) -> None:
        """Track an object, unless it is there under another name."""
        made = [o.value for o in self._origins(path, home)]
        known = made and all(
            any(value is other for other in tracked.made) and not is_unpacked(value)
            for value in made
        )
        if not known:
            tracked.add(path)
            tracked.made += made

    # -- optimizers and what they hold

    def _lift(self, node: ast.AST, way: Chain, home: Function | None, at: ast.AST) -> Path:
        path = container_of(node)
        if path is not None and self._is_loop_target(path, way, node):
            path = iterated(path, node)
        lifted = self._names.lift(path, way, home) if path is not None else None
        if lifted is None:
            raise Unclear("not-visible", at, name=ast.unparse(node))
        return lifted

    def _origins(self, path: Path, home: Function | None) -> list[Origin]:
        return origins(self._program, path, home, self._chain, at=self._at)

    def _held(self, origin: Origin) -> Iterator[Path]:
        """The modules and tensors that an optimizer is made with, at home."""
        found: list[Path] = []
        self._collect(origin.value, origin, found, 3)
        return iter(found)

    def _collect(self, node: ast.AST, origin: Origin, found: list[Path], depth: int) -> None:
        program = self._program
        calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
        for call in calls:
            holds = _PARAMETERS | {"configure_optimizers"}
            if isinstance(call.func, ast.Attribute) and call.func.attr in holds:
                self._found(container_of(call.func.value), origin, found)
        if not isinstance(node, ast.Call) or depth <= 0:
            return
        arguments = [*node.args, *(k.value for k in node.keywords if k.arg in ("params", None))]
        for argument in arguments[:1] or arguments:
            for part in parts_of(argument):
                path = path_of(part)
                if path is None:
                    if isinstance(part, ast.Call) and program.function_called(part) is not None:
                        for inner in part.args:
                            inner_path = path_of(inner)
                            if inner_path is not None and self._is_module(inner_path, origin.scope):
                                self._found(inner_path, origin, found)
                    continue
                values = program.values(path, origin.scope, origin.value)
                before = len(found)
                for value in (*values, *gathered(program, path, origin.scope)):
                    self._collect_values(value, origin, found, depth - 1)
                if len(found) == before and makes_tensors(self._program, values):
                    self._found(path, origin, found, whole=True)
                elif not values and self._owner(path, origin.scope) != path:
                    self._found(path, origin, found)  # a parameter of a module: net.weight

    def _collect_values(
        self, value: ast.AST, origin: Origin, found: list[Path], depth: int
    ) -> None:
        for part in ast.walk(value):
            if (
                isinstance(part, ast.Call)
                and isinstance(part.func, ast.Attribute)
                and part.func.attr in _PARAMETERS
            ):
                self._found(container_of(part.func.value), origin, found)
        if depth <= 0:
            return
        for part in parts_of(value):
            path = path_of(part)
            if path is not None:
                values = self._program.values(path, origin.scope, origin.value)
                if makes_tensors(self._program, values):
                    self._found(path, origin, found, whole=True)

    def _found(
        self, path: Path | None, origin: Origin, found: list[Path], *, whole: bool = False
    ) -> None:
        if path is None:
            return
        if not whole:
            path = self._owner(path, origin.scope)
        loops = iterated(path, origin.value)
        at_home = origin.at_home(loops or path)
        if at_home is None:
            raise Unclear("not-visible", origin.value, name=".".join(path))
        if at_home not in found:
            found.append(at_home)

    def _held_in_kernel(self, path: Path, home: Function | None) -> list[Path]:
        """The module whose parameters an optimizer of the kernel holds, by identity. A module that
        is in it, or that holds it, has the same parameters."""
        if home is not None or len(path) != 1:
            return []
        return [(name,) for name in list(self._facts.get(path[0], {}).get("holds", ()))[:1]]

    def _owner(self, path: Path, scope: Function | None) -> Path:
        """The module that a part of it belongs to: `net.fc` -> `net`."""
        for size in range(1, len(path)):
            if self._is_module(path[:size], scope):
                return path[:size]
        return path

    def _is_module(self, path: Path, scope: Function | None) -> bool:
        program = self._program
        fact = self._facts.get(path[0]) if len(path) == 1 else None
        if fact is not None and fact.get("kind"):
            return fact["kind"] == "Module"
        if path == ("self",):
            owner = parent_of(scope) if scope is not None else None
            return isinstance(owner, ast.ClassDef) and program.is_module_class(owner)
        for value in program.values(path, scope):
            if makes_module(program, value):
                return True
        root = scope if scope is not None else None
        for node in ast.walk(root) if root is not None else program.walk():
            if isinstance(node, ast.Call):
                if path_of(node.func) == path and len(path) == 1 and not self._is_plain_call(path):
                    return True
                if (
                    isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("train", "eval", "state_dict", "to")
                    and path_of(node.func.value) == path
                    and program.class_named_by(node.func.value) is None
                ):
                    return True
        return False

    def _is_plain_call(self, path: Path) -> bool:
        return path[0] in self._program.functions or path[0] in self._program.classes

    def _updated_by_hand(
        self, reached: list[tuple[ast.AST, Chain]], home: Function | None, tracked: Tracked
    ) -> None:
        """Weights that the loop changes itself: `w.data -= lr * w.grad`."""
        for node, way in reached:
            path: Path | None = None
            if isinstance(node, ast.Attribute) and node.attr == "grad":
                path = container_of(node.value)
                if path is not None and self._is_loop_target(path, way, node):
                    path = iterated(path, node)
                elif path is not None:
                    path = self._owner(path, way[-1].function if way else None)
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _PARAMETERS
            ):
                path = container_of(node.func.value)
                path = self._owner(path, way[-1].function if way else None) if path else None
            if path is None:
                continue
            found = self._names.lift_all(path, way, home)
            if not found:
                raise Unclear("not-visible", node, name=".".join(path))
            for lifted in found:
                tracked.add(lifted)
                tracked.made += [o.value for o in self._origins(lifted, home)]

    def _is_loop_target(self, path: Path, way: Chain, node: ast.AST) -> bool:
        parent = parent_of(node)
        while parent is not None:
            if isinstance(parent, (ast.For, ast.comprehension)):
                targets = {n.id for n in ast.walk(parent.target) if isinstance(n, ast.Name)}
                if path[0] in targets:
                    return True
            parent = parent_of(parent)
        return False

    # -- what else changes with each step

    def _averages(
        self, reached: list[tuple[ast.AST, Chain]], home: Function | None, tracked: Tracked
    ) -> None:
        """Averaged and target networks, and other modules that train along."""
        program = self._program
        for node, way in reached:
            if not isinstance(node, ast.Call):
                continue
            scope = way[-1].function if way else None
            path: Path | None = None
            if isinstance(node.func, ast.Attribute) and node.func.attr in (_AVERAGES | _PARAMETERS):
                path = container_of(node.func.value)
                path = self._owner(path, scope) if path else None
                if (
                    path
                    and node.func.attr == "load_state_dict"
                    and not (
                        self._is_module(path, scope) or self._origins_make_module(path, way, home)
                    )
                ):
                    path = None
            elif path_of(node.func) is not None:
                path = path_of(node.func)
                assert path is not None
                if path[0] in program.functions or path[0] in program.imports:
                    continue
                path = path if self._trains_along(path, way, home) else None
            if path is None:
                continue
            if self._is_loop_target(path, way, node):
                continue
            lifted = self._names.lift(path, way, home)
            if lifted is None or any(
                lifted[: len(known)] == known
                for known in (tuple(text.split(".")) for text in tracked.roles.values())
            ):
                continue
            if lifted == ("self",):
                continue
            self._add(tracked, lifted, home)

    def _origins_make_module(self, path: Path, way: Chain, home: Function | None) -> bool:
        lifted = self._names.lift(path, way, home)
        return lifted is not None and any(
            makes_module(self._program, origin.value) for origin in self._origins(lifted, home)
        )

    def _trains_along(self, path: Path, way: Chain, home: Function | None) -> bool:
        """Whether a called object is a module of this program that is not switched to eval."""
        lifted = self._names.lift(path, way, home)
        if lifted is None:
            return False
        made = self._origins(lifted, home)
        if not any(makes_module(self._program, o.value) for o in made):
            return False
        if any(self._has_no_weights(o.value) for o in made):
            return False
        return not any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "eval"
            and path_of(node.func.value) == lifted
            for node in self._program.walk()
        )

    def _has_no_weights(self, value: ast.AST) -> bool:
        """Whether an expression makes a loss or an activation."""
        made = moved(value)
        return isinstance(made, ast.Call) and bool(_LOSS.search(self._program.full_name(made.func)))

    def _stepped(
        self, reached: list[tuple[ast.AST, Chain]], home: Function | None, others: list[Path]
    ) -> None:
        """Schedulers, gradient scalers and generators that the region uses."""
        for node, way in reached:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                receiver = node.func.value
                path = container_of(receiver)
                if path is None:
                    continue
                if (
                    node.func.attr in ("step", "step_update") and self._is_scheduler(path, way)
                ) or (node.func.attr in ("scale", "update") and "scaler" in path[-1].lower()):
                    self._add_other(others, receiver, way, home)
            elif isinstance(node, ast.keyword) and node.arg == "generator":
                self._add_generator(others, node.value, way, home)

    def _is_scheduler(self, path: Path, way: Chain) -> bool:
        if _SCHEDULER.search(path[-1]):
            return True
        scope = way[-1].function if way else None
        return any(
            isinstance(value, ast.Call) and is_scheduler_name(self._program.full_name(value.func))
            for value in self._program.values(path, scope)
        )

    def _add_other(
        self, others: list[Path], node: ast.AST, way: Chain, home: Function | None
    ) -> None:
        path = container_of(node)
        if path is None or self._is_loop_target(path, way, node):
            path = iterated(path, node) if path else None
        if path is None:
            return
        lifted = self._names.lift(path, way, home)
        if lifted is None:
            if self._is_left_out(path, way):
                return
            raise Unclear("not-visible", node, name=".".join(path))
        values = [o.value for o in self._origins(lifted, home)]
        if values and all(is_none(value) for value in values):
            return
        if any(isinstance(value, ast.IfExp) or is_none(value) for value in values):
            raise Unclear("maybe-none", node, name=".".join(lifted))
        if lifted not in others:
            others.append(lifted)

    def _is_left_out(self, path: Path, way: Chain) -> bool:
        """A parameter whose default is None, and which the call does not give."""
        if not way:
            return False
        function = way[-1].function
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
        defaults |= {
            a.arg: d
            for a, d in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
            if d is not None
        }
        default = defaults.get(path[0])
        if default is None or not is_none(default):
            return False
        given = argument_for(way[-1].node, function, path[0])
        return given is None or is_none(given)

    def _add_generator(
        self, others: list[Path], node: ast.AST, way: Chain, home: Function | None
    ) -> None:
        path = path_of(node)
        lifted = self._names.lift(path, way, home) if path is not None else None
        if lifted is not None and lifted not in others:
            others.append(lifted)


def _leads_to(part: Chain, home: Function | None, chain: Chain) -> bool:
    """Whether the last call of `part` is on the way to `home`."""
    functions = [call.function for call in chain]
    return home in functions and len(part) <= functions.index(home) + 1


def made_in(tracked: Tracked, loop: Loop) -> ast.AST | None:
    """What of it is made within a loop's body."""
    for value in tracked.made:
        if cell_of(value) is not cell_of(loop):
            continue
        parent: ast.AST | None = value
        while parent is not None and not is_function(parent):
            if any(parent is statement for statement in loop.body):
                return value
            parent = parent_of(parent)
    return None
