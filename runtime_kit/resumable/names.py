"""The same object under the names it has in other functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .nest import Step
from .program import (
    Function,
    Path,
    Program,
    argument_for,
    class_of,
    function_around,
    is_function,
    moved,
    parameters_of,
    path_of,
)

_WRAPPERS = {"DDP", "DistributedDataParallel", "DataParallel", "compile"}


@dataclass(frozen=True)
class Call:
    """A call in a function (None: the module) that runs a function of the program."""

    node: ast.Call
    scope: Function | None
    function: Function


Chain = tuple[Call, ...]


def chain_of(step: Step) -> Chain:
    """The calls that lead from the module to a step."""
    return tuple(
        Call(s.node, s.scope, s.function)
        for s in step.way()[:-1]
        if s.function is not None and isinstance(s.node, ast.Call)
    )


class Names:
    def __init__(self, program: Program) -> None:
        self._program = program

    def lift(self, path: Path, chain: Chain, home: Function | None) -> Path | None:
        """A name or attribute in the last function of `chain`, as `home` (a function on the way, or
        the module) sees it. None where it is made on the way, or cannot be told."""
        seen: set[tuple[Function | None, Path]] = set()
        while True:
            scope = chain[-1].function if chain else None
            if (scope, path) in seen:
                return None
            seen.add((scope, path))
            if scope is home:
                return path
            if scope is None:
                return path if home is None else None
            root, rest = path[0], path[1:]
            if root in parameters_of(scope):
                argument = argument_for(chain[-1].node, scope, root)
                found = path_of(argument) if argument is not None else None
                if found is None:
                    return None
                path, chain = found + rest, chain[:-1]
            elif root in local_names(scope):
                alias = self._alias(root, scope)
                if alias is None:
                    return None
                path = alias + rest
            else:
                return path  # a name of the module, which all see

    def lift_all(self, path: Path, chain: Chain, home: Function | None) -> list[Path]:
        """As :meth:`lift`, also where a list that is written out is handed over: `sgd([w, b])`."""
        found = self.lift(path, chain, home)
        if found is not None:
            return [found]
        if not chain or len(path) != 1 or path[0] not in parameters_of(chain[-1].function):
            return []
        argument = argument_for(chain[-1].node, chain[-1].function, path[0])
        if isinstance(argument, (ast.List, ast.Tuple)):
            parts = [path_of(part) for part in argument.elts]
            lifted = [self.lift(part, chain[:-1], home) for part in parts if part is not None]
            if None not in lifted and len(lifted) == len(argument.elts):
                return [part for part in lifted if part is not None]
        return []

    def _alias(self, name: str, scope: Function) -> Path | None:
        values = self._program.values((name,), scope)
        values += [
            node.iter
            for node in ast.walk(scope)
            if isinstance(node, ast.For) and path_of(node.target) == (name,)
        ]
        paths = {path_of(value) for value in values}
        return paths.pop() if len(paths) == 1 else None

    def reached(self, body: list[ast.stmt], chain: Chain) -> Iterator[tuple[ast.AST, Chain]]:
        """All nodes that run when `body` does, with the calls that lead to them. Each function of
        the program is entered once."""
        entered: set[int] = set()
        waiting: list[tuple[list[ast.stmt], Chain]] = [(body, chain)]
        while waiting:
            statements, way = waiting.pop(0)
            scope = way[-1].function if way else None
            for statement in statements:
                for node in ast.walk(statement):
                    yield node, way
                    for function in self._runs(node):
                        if id(function) in entered or not isinstance(node, ast.Call):
                            continue
                        entered.add(id(function))
                        waiting.append((function.body, (*way, Call(node, scope, function))))

    def _runs(self, node: ast.AST) -> list[Function]:
        if not isinstance(node, ast.Call):
            return []
        found = self._program.function_called(node)
        if found is not None:
            return [found]
        owner = self._program.class_named_by(node.func)
        if owner is None and isinstance(node.func, ast.Name):
            owner = self._program.classes.get(node.func.id)
            names = ["__init__"]
        else:
            names = ["forward", "__call__"]  # an instance that is called
        methods = [self._program.method(owner, name) for name in names] if owner else []
        return [method for method in methods if method is not None]


@dataclass(frozen=True)
class Origin:
    """The expression that makes an object, and what names near it are at home.

    ``call``: the call of `home` by which the object is handed to it, where that is so.
    """

    program: Program
    value: ast.AST
    names: dict[str, Path]  # roots there -> paths at home, or where `call` is
    scope: Function | None
    calls: Chain = ()

    def at_home(self, path: Path) -> Path | None:
        found = self._near(path)
        for call in self.calls:
            if found is not None:
                found = _handed_over(self.program, call, found)
        return found

    def handed_over_by(self, call: Call) -> Origin:
        return replace(self, calls=(*self.calls, call))

    def _near(self, path: Path) -> Path | None:
        if path[0] in self.names:
            return self.names[path[0]] + path[1:]
        if self.scope is None or path[0] not in local_names(self.scope):
            return path
        return None


def _handed_over(program: Program, call: Call, path: Path) -> Path | None:
    """What the called function names an object of its caller."""
    for name in parameters_of(call.function):
        argument = argument_for(call.node, call.function, name)
        given = path_of(argument) if argument is not None else None
        if given is not None and path[: len(given)] == given:
            return (name, *path[len(given) :])
    if call.scope is None and path[0] not in local_names(call.function):
        return path  # a name of the module
    return _kept_by_object(program, call, path)


def _kept_by_object(program: Program, call: Call, path: Path) -> Path | None:
    """What a method's object calls an object that it was made with: `trainer = Trainer(model)`."""
    method = call.node.func
    owner = class_of(call.function)
    made_with = program.method(owner, "__init__") if owner is not None else None
    receiver = path_of(method.value) if isinstance(method, ast.Attribute) else None
    if made_with is None or receiver is None:
        return None
    for made in program.values(receiver, call.scope, call.node):
        for name in parameters_of(made_with) if isinstance(made, ast.Call) else ():
            argument = argument_for(made, made_with, name)  # type: ignore[arg-type]
            if argument is None or path_of(argument) != path:
                continue
            for node in ast.walk(made_with):
                if isinstance(node, ast.Assign) and path_of(_unwrapped(node.value)) == (name,):
                    kept = path_of(node.targets[0])
                    if kept is not None and kept[0] == "self":
                        return kept
    return None


def _unwrapped(node: ast.AST) -> ast.AST:
    """`model` of `DDP(model.to(device))`: what has the same weights."""
    node = moved(node)
    path = path_of(node.func) if isinstance(node, ast.Call) else None
    if path is not None and path[-1] in _WRAPPERS and node.args:  # type: ignore[attr-defined]
        return moved(node.args[0])  # type: ignore[attr-defined]
    return node


def origins(
    program: Program,
    path: Path,
    home: Function | None,
    chain: Chain = (),
    *,
    at: ast.AST | None = None,
    depth: int = 4,
) -> list[Origin]:
    """Where the object that `home` calls `path` is made. ``chain``: the calls that lead to it.
    ``at``: a node of `home` where it is used."""
    found: list[Origin] = []
    if home is not None and path[0] in parameters_of(home) and chain and path[0] != "self":
        call = chain[-1]
        argument = argument_for(call.node, home, path[0])
        given = path_of(argument) if argument is not None else None
        if given is None:
            return []
        outer = origins(
            program, given + path[1:], call.scope, chain[:-1], at=call.node, depth=depth
        )
        return [origin.handed_over_by(call) for origin in outer]
    for value in program.values(path, home, at):
        scope = function_around(value)
        if path[0] == "self" and chain and scope is not home and _is_parameter(value, scope):
            owner = argument_for(chain[-1].node, chain[-1].function, "self")
            outside = path_of(owner) if owner is not None else None
            if outside is not None and depth > 0:
                call = chain[-1]
                outer = origins(
                    program,
                    outside + path[1:],
                    call.scope,
                    chain[:-1],
                    at=call.node,
                    depth=depth - 1,
                )
                found += [
                    Origin(program, o.value, o.names, o.scope, (*o.calls, call)) for o in outer
                ]
                continue
        same = scope is home or scope is None
        names: dict[str, Path] = {}
        if scope is not None and not same:
            names = _names_in_class(program, scope, ("self",))
        if same and scope is home and home is not None:
            names = {name: (name,) for name in local_names(home) | set(parameters_of(home))}
        found += _through(program, Origin(program, value, names, scope), path, depth)
    if not found and len(path) > 1:
        owner = program.class_named_by(_name(program, path[:-1], home))
        if owner is not None:
            inner: Path = ("self", path[-1])
            for node in ast.walk(owner):
                if not is_function(node) or class_of(node) is not owner:
                    continue
                for value in program.values(inner, node):
                    if function_around(value) is not node:
                        continue
                    given = _given_at_making(program, value, node, path[:-1], home)
                    if given is not None and depth > 0:
                        found += origins(program, given, home, chain, at=at, depth=depth - 1)
                        continue
                    names = _names_in_class(program, node, path[:-1])
                    found += _through(program, Origin(program, value, names, node), path, depth)
    return found


def _is_parameter(value: ast.AST, scope: Function | None) -> bool:
    path = path_of(moved(value))
    return scope is not None and path is not None and path[0] in parameters_of(scope)


def _given_at_making(
    program: Program, value: ast.AST, method: Function, owner: Path, home: Function | None
) -> Path | None:
    """What `home` calls an object that it hands to a class, which keeps it as an attribute."""
    name = path_of(moved(value))
    if name is None or len(name) != 1 or name[0] not in parameters_of(method):
        return None
    for made in program.values(owner, home):
        if isinstance(made, ast.Call) and function_around(made) is home:
            argument = argument_for(made, method, name[0])
            return path_of(argument) if argument is not None else None
    return None


def _name(program: Program, path: Path, home: Function | None) -> ast.AST:
    """A node of the program that reads `path` in a function, or in the module."""
    for node in ast.walk(home) if home is not None else program.walk():
        reads = isinstance(node, (ast.Name, ast.Attribute)) and path_of(node) == path
        if reads and (home is not None or not is_local(path[0], node)):
            return node
    return ast.Constant(None)


def is_local(name: str, node: ast.AST) -> bool:
    """Whether a name that a node reads is a parameter or variable of a function around it."""
    function = function_around(node)
    while function is not None:
        if name in local_names(function):
            return True
        function = function_around(function)
    return False


def _names_in_class(program: Program, method: Function, owner: Path) -> dict[str, Path]:
    """What a method's names are outside: `self`, and parameters that it keeps in attributes."""
    names: dict[str, Path] = {}
    if parameters_of(method)[:1] == ["self"]:
        names["self"] = owner
        for node in ast.walk(method):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target, source = path_of(node.targets[0]), path_of(moved(node.value))
                if target and source and target[0] == "self" and len(source) == 1:
                    names.setdefault(source[0], (*owner, *target[1:]))
    return names


def _through(program: Program, origin: Origin, target: Path, depth: int) -> list[Origin]:
    """Follow a call of a function of the program to what it returns."""
    value = origin.value
    if depth <= 0 or not isinstance(value, ast.Call):
        return [origin]
    function = program.function_called(value)
    if function is None:
        return [origin]
    returned = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and function_around(node) is function
    ]
    if len(returned) != 1 or returned[0] is None:
        return [origin]
    places = _targets(value)
    results = (
        list(returned[0].elts) if isinstance(returned[0], ast.Tuple) and places else [returned[0]]
    )
    targets = places if places and len(places) == len(results) else [target] * len(results)
    names: dict[str, Path] = {}
    for name in parameters_of(function):
        argument = argument_for(value, function, name)
        path = path_of(argument) if argument is not None else None
        if path is not None and (home := origin.at_home(path)) is not None:
            names[name] = home
    wanted: list[ast.expr] = []
    for result, place in zip(results, targets, strict=True):
        path = path_of(moved(result))
        if path is not None and len(path) == 1 and place is not None:
            names[path[0]] = place
        if place == target:
            wanted.append(result)
    found: list[Origin] = []
    for result in wanted:
        path = path_of(moved(result))
        values: list[ast.AST] = [result]
        if path is not None:
            values = program.values(path, function)
        for made in values:
            found += _through(program, Origin(program, made, names, function), target, depth - 1)
    return found or [origin]


def _targets(value: ast.AST) -> list[Path | None]:
    """The names that a call's result is unpacked to."""
    parent = value.parent  # type: ignore[attr-defined]
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], (ast.Tuple, ast.List)):
        return [path_of(one) for one in parent.targets[0].elts]
    return []


def is_unpacked(value: ast.AST) -> bool:
    """Whether an expression makes several objects at once."""
    return bool(_targets(value))


def local_names(function: Function) -> set[str]:
    """Names that a function binds itself."""
    found = set(parameters_of(function))
    elsewhere: set[str] = set()
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if is_function(node) or isinstance(node, ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            elsewhere.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(a.asname or a.name.partition(".")[0] for a in node.names)
        if not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
            waiting += ast.iter_child_nodes(node)
    return found - elsewhere
