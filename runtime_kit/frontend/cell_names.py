"""Sent to a kernel by the front end: which names each cell of a notebook binds and needs.

Cells are parsed and never run. The kernel does it because it knows its own Python.
"""

import ast
import json
import re
import symtable
from typing import Any

# Methods of a run that train: a cell that calls one of them is a training cell.
LOOPS = ("epochs", "batches", "steps")
# IPython parses a cell again for each of its magics: a cell with more of them is skipped.
MOST_MAGICS = 100
# Another name where the user has a RUN of their own.
_RUN = re.compile(r"RUN(_\d+)?$")
_MAGIC = re.compile(r"^[ \t]*[%!?]|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)


def report(cells: list[str]) -> str:
    """A JSON list with one entry a cell; null for one that is no Python, or not to be read."""
    return json.dumps([_names(cell) for cell in cells])


def _names(cell: str) -> dict[str, list[str]] | None:
    try:
        code = _python(cell)
        tree = ast.parse(code)
        table = symtable.symtable(code, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    binds, reads = _symbols(table)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    top = [node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return {
        "binds": sorted(binds),
        "reads": sorted(reads),
        "touches": sorted({name for node in top for name in _touched(node)}),
        "calls": sorted({name for node in top for name in _called(node)}),
        "trains": sorted({name for node in top for name in _trained(node)}),
        "training_functions": [node.name for node in functions if any(_trained(node))],
        "runs": sorted({name for node in top for name in _runs(node)}),
        "strings": sorted(_strings(tree)),
    }


def _python(cell: str) -> str:
    """IPython's magics and shell lines as the calls that they become.

    :raises ValueError: there are too many.
    """
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        return cell
    if len(_MAGIC.findall(cell)) > MOST_MAGICS:
        raise ValueError("too many magics")
    return TransformerManager().transform_cell(cell)


def _symbols(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    binds: set[str] = set()
    reads: set[str] = set()
    tables = [table]
    while tables:
        current = tables.pop()
        tables += current.get_children()
        is_top = current is table
        for symbol in current.get_symbols():
            if not is_top and not symbol.is_global():
                continue
            if symbol.is_referenced():
                reads.add(symbol.get_name())
            if symbol.is_assigned() or symbol.is_imported():
                binds.add(symbol.get_name())
    return binds, reads


def _root(node: ast.AST) -> str | None:
    """``model`` of ``model.layers[0].weight``."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _touched(tree: ast.AST) -> list[str]:
    """Names whose objects a statement may change: ``net.to(device)``, ``options["lr"] = 0.1``."""
    found: list[str | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found += [_root(node.value)] if isinstance(node.value.func, ast.Attribute) else []
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            found.append(_root(node))
    return [name for name in found if name]


def _called(tree: ast.AST) -> list[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [function.id for function in calls if isinstance(function, ast.Name)]


def _trained(tree: ast.AST) -> list[str]:
    """Roots of calls such as ``run.epochs(20)``."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    methods = [function for function in calls if isinstance(function, ast.Attribute)]
    return [_root(method) or "" for method in methods if method.attr in LOOPS]


def _runs(tree: ast.AST) -> list[str]:
    """Names of runs that are made: ``RUN = "digits"``, ``Run("digits", ...)``."""
    found: list[Any] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _RUN.match(getattr(node.targets[0], "id", "")):
            found.append(node.value)
        elif isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found += [node.args[0]] if name == "Run" else []
    values = [getattr(node, "value", None) for node in found if isinstance(node, ast.Constant)]
    return [value for value in values if isinstance(value, str)]


def _strings(tree: ast.AST) -> set[str]:
    """Texts that could be names: kit cells look objects up by them."""
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and text.isidentifier()}
