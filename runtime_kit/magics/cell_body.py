"""The body of a cell magic, run as IPython runs a cell."""

from __future__ import annotations

import ast
from typing import Any


class CellBody:
    """The body in one or two parts: a last expression shows its value as in any cell."""

    def __init__(self, shell: Any, source: str) -> None:
        source = shell.transform_cell(source)
        file = shell.compile.cache(source, shell.execution_count)  # tracebacks show its lines
        self.tree = shell.transform_ast(shell.compile.ast_parse(source, filename=file))
        body = self.tree.body
        last = body[-1:] if body and isinstance(body[-1], ast.Expr) else []
        first = ast.Module(body[: len(body) - len(last)], type_ignores=[])
        self._parts = [shell.compile(first, file, "exec")]
        self._parts += [shell.compile(ast.Interactive([node]), file, "single") for node in last]
        self._shell = shell

    def mentions(self, name: str) -> bool:
        """Whether the variable is used."""
        return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(self.tree))

    def run(self) -> None:
        """Run it in the user's namespace; its traceback starts in the body."""
        __tracebackhide__ = True
        for part in self._parts:
            exec(part, self._shell.user_global_ns, self._shell.user_ns)
