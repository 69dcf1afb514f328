"""Whether a notebook with inserted snippets is one that works elsewhere.

``python check_notebook.py NOTEBOOK [id ...]``: the ids are those of snippets that may use
``runtime_kit``, since they have no other form.
"""

from __future__ import annotations

import ast
import sys

import nbformat
from IPython.core.inputtransformer2 import TransformerManager


def imports(source: str) -> set[str]:
    """The top-level packages that a cell's code imports."""
    found: set[str] = set()
    # Magics, as IPython reads them; a cell magic hides the text below it.
    for node in ast.walk(ast.parse(TransformerManager().transform_cell(source))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def check(path: str, of_library: set[str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.nbformat_minor >= 5
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        snippet = cell.metadata.get("runtime_kit", {}).get("snippet")
        ours = imports(cell.source) & {"runtime_kit", "jupyterlab_runtime_kit"}
        assert not ours or snippet in of_library, f"{snippet} needs {ours}"


if __name__ == "__main__":
    check(sys.argv[1], set(sys.argv[2:]))
