"""The code of several cells as one program: its functions, classes, and who calls whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from .source import Cell, cell_of, parent_of

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.While
Path = tuple[str, ...]  # `self.model` is ("self", "model")

MOVES = frozenset(["to", "cuda", "cpu", "half", "float", "double", "train", "eval"])

# Methods of torch's own modules and optimizers: such a call leads to no function of the notebook.
_OWN = {"train", "eval", "to", "step", "zero_grad", "parameters", "forward", "cuda", "cpu", "fit"}


@dataclass
class Program:
    """Cells that share one namespace, in order."""

    cells: list[Cell]
    statements: list[ast.stmt] = field(default_factory=list)
    functions: dict[str, list[Function]] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    _values: dict[tuple[int, Path], list[ast.AST]] = field(default_factory=dict)
    _called: dict[int, Function | None] = field(default_factory=dict)
    _nodes: list[ast.AST] = field(default_factory=list)

    def __post_init__(self) -> None:
        for cell in self.cells:
            if cell.tree is not None:
                self.statements += cell.tree.body
        self._nodes = [node for statement in self.statements for node in ast.walk(statement)]
        _index(self.statements, self._values)
        for node in self.walk():
            if is_function(node):
                self.functions.setdefault(node.name, []).append(node)
                self.names.add(node.name)
                self.names.update(parameters_of(node))
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
                self.names.add(node.name)
            elif isinstance(node, ast.Name):
                self.names.add(node.id)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imports[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    origin = f"{node.module or ''}.{alias.name}"
                    self.imports[alias.asname or alias.name] = origin

    def walk(self) -> Iterator[ast.AST]:
        return iter(self._nodes)

    def full_name(self, node: ast.AST) -> str:
        """The dotted name of a call's function, with imports resolved: `torch.optim.Adam`."""
        path = path_of(node)
        if path is None:
            return node.attr if isinstance(node, ast.Attribute) else ""
        return ".".join((self.imports.get(path[0], path[0]), *path[1:]))

    def function_called(self, call: ast.Call) -> Function | None:
        """The function of this program that a call runs, where the code tells."""
        if id(call) not in self._called:
            self._called[id(call)] = self._find_called(call)
        return self._called[id(call)]

    def _find_called(self, call: ast.Call) -> Function | None:
        target = call.func
        if isinstance(target, ast.Name):
            if target.id in self.classes:
                return None
            return self._defined(target)
        if not isinstance(target, ast.Attribute):
            return None
        owner = self.class_named_by(target.value)
        if owner is not None:
            return self.method(owner, target.attr)
        found = [f for f in self.functions.get(target.attr, []) if class_of(f) is not None]
        if target.attr in _OWN or len(found) != 1:
            return None
        return found[0] if not isinstance(target.value, ast.Constant) else None

    def _defined(self, name: ast.Name) -> Function | None:
        """The definition of a function that a call in the module or in a function uses."""
        found = self.definitions(name.id)
        before = [f for f in found if place_of(f) < place_of(name)]
        if before and function_around(name) is None:
            return before[-1]
        return found[-1] if found else None

    def definitions(self, name: str) -> list[Function]:
        """The functions of a name that are no methods, in order."""
        return [f for f in self.functions.get(name, []) if class_of(f) is None]

    def method(self, owner: ast.ClassDef, name: str) -> Function | None:
        for node in owner.body:
            if is_function(node) and node.name == name:
                return node
        for base in owner.bases:
            if isinstance(base, ast.Name) and base.id in self.classes:
                if self.classes[base.id] is owner:
                    return None
                return self.method(self.classes[base.id], name)
        return None

    def class_named_by(
        self, node: ast.AST, *, seen: frozenset[Path] = frozenset()
    ) -> ast.ClassDef | None:
        """The class of this program whose instance a name or attribute holds."""
        node = moved(node)
        if isinstance(node, ast.Call):
            return self.classes.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if isinstance(node, ast.Name) and node.id == "self":
            function = function_around(node)
            return class_of(function) if function is not None else None
        path = path_of(node)
        if path is None or path in seen:
            return None
        for value in self.values(path, function_around(node), node):
            if isinstance(value, ast.Call):
                found = self.class_named_by(value, seen=seen | {path})
                if found is not None and not _reads(value, path):
                    return found
        return None

    def values(
        self, path: Path, scope: Function | None, at: ast.AST | None = None
    ) -> list[ast.AST]:
        """What is assigned to a name or attribute, as seen from a function or the module. With
        ``at``, a node of the same scope: only what the name can hold when that begins to run."""
        if path[0] == "self" and scope is not None and len(path) > 1:
            owner = class_of(scope)
            if owner is not None:
                return list(self._values.get((id(owner), path), ()))
        while scope is not None:
            found = list(self._values.get((id(scope), path), ()))
            if found or path[0] in parameters_of(scope):
                break
            scope = function_around(scope)
        else:
            found = list(self._values.get((0, path), ()))
        if at is not None and len(found) > 1 and function_around(at) is scope:
            return reaching(found, path, at)
        return found

    def is_module_class(self, owner: ast.ClassDef, *, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a class is derived from torch.nn.Module, as its bases are named."""
        for base in owner.bases:
            name = self.full_name(base)
            if name.rpartition(".")[2] in ("Module", "LightningModule", "Sequential", "Classifier"):
                return True
            if name in self.classes and name not in seen:
                if self.is_module_class(self.classes[name], seen=seen | {owner.name}):
                    return True
            elif name.startswith(("torch.nn", "torchvision.models", "transformers")):
                return True
        return False

    def calls_of(self, function: Function) -> list[ast.Call]:
        """All calls of a function, in order."""
        return [
            node
            for node in self.walk()
            if isinstance(node, ast.Call) and self._may_call(node, function)
        ]

    def _may_call(self, call: ast.Call, function: Function) -> bool:
        target = call.func
        name = (
            target.id
            if isinstance(target, ast.Name)
            else target.attr
            if isinstance(target, ast.Attribute)
            else ""
        )
        return name == function.name and self.function_called(call) is function

    def free_name(self, wanted: str) -> str:
        name, count = wanted, 2
        while name in self.names or name in self.imports:
            name, count = f"{wanted}{count}", count + 1
        return name


def _index(nodes: list[ast.stmt], found: dict[tuple[int, Path], list[ast.AST]]) -> None:
    """What is assigned to each name and attribute, in order, by function (0: the module), and by
    class for all that is in it."""
    waiting: list[tuple[ast.AST, int | None, tuple[int, ...]]] = [
        (node, 0, ()) for node in reversed(nodes)
    ]
    while waiting:
        node, scope, classes = waiting.pop()
        if is_function(node):
            scope = id(node)
        elif isinstance(node, ast.ClassDef):
            scope, classes = None, (*classes, id(node))
        elif isinstance(node, ast.Lambda):
            scope = None
        pairs: list[tuple[ast.AST, ast.AST]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            pairs = [(node.optional_vars, node.context_expr)]
        for target, value in pairs:
            for path, made in _matches(target, value):
                for key in (scope, *classes):
                    if key is not None:
                        found.setdefault((key, path), []).append(made)
        children = list(ast.iter_child_nodes(node))
        waiting += [(child, scope, classes) for child in reversed(children)]


def _matches(target: ast.AST, value: ast.AST) -> Iterator[tuple[Path, ast.AST]]:
    if isinstance(target, (ast.Tuple, ast.List)):
        same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        for number, one in enumerate(target.elts):
            if same:
                yield from _matches(one, value.elts[number])  # type: ignore[attr-defined]
            elif (path := path_of(one)) is not None:
                yield path, value
    elif (path := path_of(target)) is not None:
        yield path, value


def reaching(values: list[ast.AST], path: Path, at: ast.AST) -> list[ast.AST]:
    """Those of the values that are assigned to a name, in order, that it can hold at a node."""
    around = [at, *parents_of(at)]
    loops = [node for node in around if isinstance(node, (ast.For, ast.While))]
    found: list[ast.AST] = []
    last: list[ast.AST] = []  # what is around the last assignment that is always made
    for value in values:
        if path_of(moved(value)) == path:
            continue  # `model = model.train()`
        parents = parents_of(value)
        if place_of(value) < place_of(at):
            if not _reads(value, path) and _always(statement_of(value), around):
                found, last = [], parents
            found.append(value)
        elif any(loop in parents and loop not in last for loop in loops):
            found.append(value)  # in the turn before
    return found or values


def moved(node: ast.AST) -> ast.AST:
    """`model` of `model.to(device)`, which is the same module."""
    while (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MOVES
    ):
        node = node.func.value
    return node


def _reads(value: ast.AST, path: Path) -> bool:
    """Whether an assignment wraps what the name holds: `model = DDP(model)`."""
    return any(path_of(node) == path for node in ast.walk(value))


def _always(statement: ast.stmt, around: list[ast.AST]) -> bool:
    """Whether a statement has run whenever control is behind it, within what is around it."""
    child: ast.AST = statement
    parent = parent_of(child)
    while isinstance(parent, (ast.With, ast.AsyncWith)):
        child, parent = parent, parent_of(parent)
    if isinstance(parent, ast.Module) or is_function(parent):
        return True
    if parent not in around:
        return False
    orelse = getattr(parent, "orelse", [])
    inner = around[around.index(parent) - 1]
    return (child in orelse) == (inner in orelse)


def parents_of(node: ast.AST) -> list[ast.AST]:
    """What a node is in, innermost first."""
    found: list[ast.AST] = []
    parent = parent_of(node)
    while parent is not None:
        found.append(parent)
        parent = parent_of(parent)
    return found


def place_of(node: ast.AST) -> tuple[int, int, int]:
    """Where a node is in the program, for comparison."""
    return (cell_of(node).index, node.lineno, node.col_offset)  # type: ignore[attr-defined]


def is_function(node: ast.AST | None) -> TypeGuard[Function]:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def path_of(node: ast.AST) -> Path | None:
    """`a.b.c` as names; None for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return (node.id, *reversed(names))


def parameters_of(function: Function) -> list[str]:
    found = function.args
    return [a.arg for a in (*found.posonlyargs, *found.args, *found.kwonlyargs)]


def function_around(node: ast.AST) -> Function | None:
    """The innermost function that a node is in."""
    parent = parent_of(node)
    while parent is not None and not is_function(parent):
        parent = parent_of(parent)
    return parent if is_function(parent) else None


def class_of(function: Function) -> ast.ClassDef | None:
    parent = parent_of(function)
    return parent if isinstance(parent, ast.ClassDef) else None


def statement_of(node: ast.AST) -> ast.stmt:
    """The innermost statement that a node is in, itself included."""
    while not isinstance(node, ast.stmt):
        parent = parent_of(node)
        assert parent is not None
        node = parent
    return node


def loops_around(node: ast.AST) -> list[Loop]:
    """The loops that a node is in, outermost first, within its own function."""
    found: list[Loop] = []
    child, parent = node, parent_of(node)
    while parent is not None and not is_function(parent):
        if isinstance(parent, (ast.For, ast.While)) and any(child is s for s in parent.body):
            found.insert(0, parent)
        child, parent = parent, parent_of(parent)
    return found


def argument_for(call: ast.Call, function: Function, name: str) -> ast.AST | None:
    """The argument of a call that becomes a parameter."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    names = parameters_of(function)
    if name not in names:
        return None
    if class_of(function) is not None and names[0] in ("self", "cls"):
        if names[0] == name:
            return call.func.value if isinstance(call.func, ast.Attribute) else None
        names = names[1:]
    index = names.index(name)
    before = call.args[: index + 1]
    if index < len(call.args) and not any(isinstance(a, ast.Starred) for a in before):
        return call.args[index]
    return None
