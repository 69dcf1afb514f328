"""What a loop goes over, and how its head is rewritten."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .program import Function, Program, function_around, path_of
from .source import Cell, cell_of, text_of

_BARS = {"tqdm", "trange", "tqdm_notebook", "tnrange", "track", "progress_bar", "tqdm_auto"}
# These ask for an iterator once more when they are made, and a DataLoader draws random numbers for
# each: they stay around the loader, or the data would be shuffled in another way.
_ASKING_BARS = ("tqdm.auto.", "tqdm.asyncio.", "tqdm.autonotebook.")


@dataclass(frozen=True)
class Edit:
    """Characters of a cell to replace."""

    cell: Cell
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Head:
    """The head of a `for` loop, taken apart.

    ``kind``: `count` (a range), `list` (values that are written out), `iterator` (something that
    cannot begin again), or `data`. ``core``: what it goes over. ``bar``: a progress bar around it.
    ``enumerated``: the call of `enumerate` around it. ``outer``: what the loop goes over as
    written, which may be made in a line before.
    """

    kind: str
    core: ast.AST
    outer: ast.AST
    bar: ast.Call | None = None
    enumerated: ast.Call | None = None
    bar_inside: bool = False  # enumerate(tqdm(loader))
    named: bool = False  # the outer is a name, whose value was made before


def head_of(program: Program, loop: ast.For | ast.comprehension) -> Head:
    return _read(program, loop.iter, loop.iter, function_around(loop), None, None, False, False, 5)


def _read(
    program: Program,
    node: ast.AST,
    outer: ast.AST,
    scope: Function | None,
    bar: ast.Call | None,
    counted: ast.Call | None,
    inside: bool,
    named: bool,
    depth: int,
) -> Head:
    if isinstance(node, ast.NamedExpr):  # (bar := tqdm(...))
        node = node.value
        outer = node if isinstance(outer, ast.NamedExpr) else outer
    if isinstance(node, ast.Call):
        name = program.full_name(node.func)
        last = name.rpartition(".")[2]
        if last in ("trange", "tnrange"):
            return Head("count", node, outer, node, counted, inside, named)
        first = _first_argument(node)
        if last in _BARS and bar is None and first is not None:
            inner = _read(program, first, outer, scope, node, counted, False, named, depth)
            if name.startswith(_ASKING_BARS) and inner.kind == "data" and not inner.enumerated:
                return Head("data", outer if named else node, outer, None, counted, False, named)
            return _read(
                program, first, outer, scope, node, counted, counted is not None, named, depth
            )
        if name == "enumerate" and counted is None and node.args:
            return _read(program, node.args[0], outer, scope, bar, node, False, named, depth)
        if name in ("range", "xrange"):
            return Head("count", node, outer, bar, counted, inside, named)
        if last in ("iter", "cycle", "count", "repeat"):
            return Head("iterator", node, outer, bar, counted, inside, named)
        return Head("data", node, outer, bar, counted, inside, named)
    path = path_of(node)
    if path is not None and depth > 0:
        values = program.values(path, scope, node)
        if len(values) == 1 and isinstance(values[0], ast.Call):
            value = values[0]
            last = program.full_name(value.func).rpartition(".")[2]
            if last in _BARS | {"enumerate"}:
                return _read(program, value, node, scope, bar, counted, inside, True, depth - 1)
            if last in ("range", "xrange"):
                return Head("count", node, outer, bar, counted, inside, named)
            if last in ("iter", "cycle"):
                return Head("iterator", node, outer, bar, counted, inside, named)
        if (
            len(values) == 1
            and isinstance(values[0], (ast.List, ast.Tuple))
            and all(isinstance(e, ast.Constant) for e in values[0].elts)
        ):
            return Head("list", node, outer, bar, counted, inside, named)
    if isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.Set)):
        return Head("list", node, outer, bar, counted, inside, named)
    return Head("data", node, outer, bar, counted, inside, named)


def _first_argument(call: ast.Call) -> ast.AST | None:
    for keyword in call.keywords:
        if keyword.arg == "iterable":
            return keyword.value
    if call.args and not isinstance(call.args[0], ast.Starred):
        return call.args[0]
    return None


def wrap_batches(head: Head, run: str) -> list[Edit]:
    """`loader` -> `run.batches(loader)`, `enumerate(loader)` -> `run.enumerate(loader)`."""
    counted, bar = head.enumerated, head.bar
    if counted is None:
        return [_replaced(head.core, f"{run}.batches({_bare(head.core)})")]
    if not head.bar_inside or bar is None:
        return [_replaced(counted.func, f"{run}.enumerate")]
    # enumerate(tqdm(loader), 1) -> tqdm(run.enumerate(loader, 1)): the bar outside, or the loader's
    # place would not be seen.
    rest = [text_of(a) for a in counted.args[1:]] + [_keyword(k) for k in counted.keywords]
    inner = f"{run}.enumerate({', '.join([text_of(head.core), *rest])})"
    start, end = cell_of(bar).span(bar)
    text = cell_of(bar).source
    a, b = cell_of(head.core).span(head.core)
    bar_text = text[start:a] + inner + text[b:end]
    if cell_of(bar) is cell_of(counted) and _within(bar, counted):
        return [_replaced(counted, bar_text)]
    # pbar = tqdm(loader); for i, x in enumerate(pbar)
    return [_replaced(bar, bar_text), _replaced(counted, text_of(counted.args[0]))]


def wrap_count(program: Program, head: Head, method: str) -> list[Edit] | None:
    """`range(...)` -> `run.epochs(...)`; None where the bar's name is not known."""
    core = head.core
    if isinstance(core, ast.Call) and head.bar is core:  # trange(n, desc="...")
        name = text_of(core.func)
        if name.endswith(".trange"):
            bar = name[: -len("trange")] + "tqdm"
        else:
            bar = next((n for n, full in program.imports.items() if full.endswith(".tqdm")), "")
        extra: list[Edit] = []
        if not bar:
            alias = _import_of(program, name)
            if alias is None or "tqdm" in program.names:
                return None
            bar, start = "tqdm", cell_of(alias).span(alias)[0]
            extra = [Edit(cell_of(alias), start, start, "tqdm, ")]
        numbers = ", ".join(text_of(a) for a in core.args)
        rest = "".join(f", {_keyword(k)}" for k in core.keywords)
        return [*extra, _replaced(core, f"{bar}({method}({numbers}){rest})")]
    if isinstance(core, ast.Call):
        return [_replaced(core.func, method)]
    return [_replaced(core, f"{method}({_bare(core)})")]


def cycled(program: Program, made: ast.AST, run: str) -> Edit | None:
    """`iter(loader)`, or an endless generator of the program's -> `run.cycle(loader)`."""
    if not isinstance(made, ast.Call) or len(made.args) != 1 or made.keywords:
        return None
    name = program.full_name(made.func)
    if name == "iter":
        inner = cycled(program, made.args[0], run) if _is_generator(program, made.args[0]) else None
        return inner or _replaced(made.func, f"{run}.cycle")
    function = program.function_called(made)
    if function is None or not _is_endless(function):
        return None
    return _replaced(made.func, f"{run}.cycle")


def _is_generator(program: Program, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and program.function_called(node) is not None


def _is_endless(function: Function) -> bool:
    """`while True: for x in loader: yield x`, and nothing else."""
    body = [s for s in function.body if not isinstance(s, ast.Expr) or not _is_text(s)]
    if len(body) != 1 or not isinstance(body[0], ast.While) or len(body[0].body) != 1:
        return False
    test, loop = body[0].test, body[0].body[0]
    if not (isinstance(test, ast.Constant) and test.value and isinstance(loop, ast.For)):
        return False
    yielded = loop.body[0].value if isinstance(loop.body[0], ast.Expr) else None
    return (
        len(loop.body) == 1
        and isinstance(yielded, ast.Yield)
        and yielded.value is not None
        and ast.unparse(yielded.value) == ast.unparse(loop.target)
        and isinstance(loop.iter, ast.Name)
    )


def _is_text(statement: ast.Expr) -> bool:
    return isinstance(statement.value, ast.Constant)


def _import_of(program: Program, name: str) -> ast.alias | None:
    """Where `from tqdm import name` has the name."""
    for node in program.walk():
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tqdm"):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return alias
    return None


@dataclass(frozen=True)
class Counted:
    """`while epoch < count and not done:` with one `epoch += 1` in each turn."""

    name: str
    stop: str
    leave: str = ""  # when the loop ends earlier: `done`


def counted_while(loop: ast.While) -> Counted | None:
    """A `while` that is a `for` over a range, with the increment where it can stay."""
    both = isinstance(loop.test, ast.BoolOp) and isinstance(loop.test.op, ast.And)
    parts: list[ast.expr] = loop.test.values if both else [loop.test]  # type: ignore[attr-defined]
    counts = [part for part in parts if _is_limit(part)]
    rest = [part for part in parts if part not in counts]
    if len(counts) != 1 or loop.orelse or not all(map(_is_plain_test, rest)):
        return None
    test = counts[0]
    assert isinstance(test, ast.Compare) and isinstance(test.left, ast.Name)
    name, stop = test.left.id, test.comparators[0]
    stores = [
        n
        for s in loop.body
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    limits = {n.id for n in ast.walk(stop) if isinstance(n, ast.Name)}
    if any(isinstance(n, (ast.Call, ast.Attribute, ast.Subscript)) for n in ast.walk(stop)):
        return None
    increments = [s for s in loop.body if adds_one(s, name)]
    if (
        len(increments) != 1
        or sum(n.id == name for n in stores) != 1
        or any(n.id in limits for n in stores)
    ):
        return None
    first = increments[0] is loop.body[0]
    if not first and any(_continues(s) for s in loop.body):
        return None
    text = text_of(stop)
    stop_text = f"{text} + 1" if isinstance(test.ops[0], ast.LtE) else text
    return Counted(name, stop_text, _negated(rest))


def _is_limit(test: ast.expr) -> bool:
    """`epoch < count`."""
    return (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.ops[0], (ast.Lt, ast.LtE))
        and isinstance(test.left, ast.Name)
    )


def _is_plain_test(test: ast.expr) -> bool:
    """A flag or a comparison, which can be asked for again without effect."""
    allowed = (ast.Name, ast.Attribute, ast.Constant, ast.Compare, ast.UnaryOp, ast.BinOp)
    inner = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop)
    return all(isinstance(node, (*allowed, *inner)) for node in ast.walk(test))


def _negated(tests: list[ast.expr]) -> str:
    """`done` of `not done`; empty for none."""
    found = []
    for test in tests:
        negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        if negated:
            found.append(text_of(test.operand))  # type: ignore[attr-defined]
        else:
            found.append(f"not {text_of(test)}" if path_of(test) else f"not ({text_of(test)})")
    return " or ".join(found)


def wrap_while(loop: ast.While, counted: Counted, method: str) -> list[Edit] | None:
    cell = cell_of(loop)
    start = cell.span(loop)[0]
    end = cell.span(loop.test)[1]
    if cell.source[start:end].count("(") < cell.source[start : cell.span(loop.test)[0]].count("("):
        end += 1
    head = f"for {counted.name} in {method}({counted.name}, {counted.stop})"
    rest = cell.source[end : cell.span(loop.body[0])[0]]
    end += rest.index(":")
    edits = [Edit(cell, start, end, head)]
    if counted.leave:
        inner = cell.indentation(loop.body[0])
        outer = cell.indentation(loop)
        if inner is None or outer is None:
            return None
        first = cell.line_start(loop.body[0].lineno)
        deeper = inner + inner.removeprefix(outer)
        text = f"{inner}if {counted.leave}:{cell.line_end}{deeper}break{cell.line_end}"
        edits.append(Edit(cell, first, first, text))
    return edits


def adds_one(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.AugAssign):
        return (
            isinstance(statement.target, ast.Name)
            and statement.target.id == name
            and isinstance(statement.op, ast.Add)
            and isinstance(statement.value, ast.Constant)
            and statement.value.value == 1
        )
    return isinstance(statement, ast.Assign) and ast.unparse(statement) in (
        f"{name} = {name} + 1",
        f"{name} = 1 + {name}",
    )


def _continues(statement: ast.AST) -> bool:
    """Whether a `continue` of this very loop is in a statement."""
    if isinstance(statement, ast.Continue):
        return True
    if isinstance(statement, (ast.For, ast.While, ast.FunctionDef, ast.ClassDef)):
        return False
    return any(_continues(child) for child in ast.iter_child_nodes(statement))


def _replaced(node: ast.AST, text: str) -> Edit:
    cell = cell_of(node)
    return Edit(cell, *cell.span(node), text)


def _bare(node: ast.AST) -> str:
    """Text as an argument: a tuple without its own brackets would become several."""
    text = text_of(node)
    return f"({text})" if isinstance(node, ast.Tuple) and not text.startswith("(") else text


def _keyword(keyword: ast.keyword) -> str:
    value = text_of(keyword.value)
    return f"{keyword.arg}={value}" if keyword.arg else f"**{value}"


def _within(node: ast.AST, outer: ast.AST) -> bool:
    return any(node is inner for inner in ast.walk(outer))
