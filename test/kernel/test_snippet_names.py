"""A snippet leaves the names that it documents, and no other."""

from __future__ import annotations

import ast
import json
import re
import symtable
from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from shared_kernel import Notebook

from runtime_kit.snippets import Cell, Snippet, builtin_snippets, find_snippet
from runtime_kit.snippets.format.rename import free_names, rename_cells, result_names

Open = Callable[..., Notebook]
NAMES = "__import__('json').dumps(sorted(n for n in globals() if not n.startswith('_')))"
# Values with which each ends well here. The others have tests of their own services.
VALUES: dict[str, dict[str, Any]] = {
    "drive-mount": {"MOUNT_POINT": "/no such/place"},
    "gpu-check": {},
    "checkpoint-resume": {"RUN_FOLDER": "runs"},
    "checkpoint-resume-jax": {"RUN_FOLDER": "runs"},
    "drive-folders": {"WORK_IN_COLAB": False},
    "environment-report": {},
    "imports": {},
    "keep-alive": {"KEEP_ALIVE_HOURS": 0.1},
    "notify": {"NOTIFY_BY": "desktop"},
    "open-in-colab": {"NOTEBOOK_URL": "https://github.com/a/b/blob/main/c.ipynb"},
    "read-csv": {"READ_FILE": "t.csv"},
    "release-runtime": {"RELEASE": False},
    "run-script": {"SCRIPT": "s.py"},
    "save-csv": {"SAVE_FILE": "t.csv"},
    "secrets": {"SECRET": "RK_TOKEN"},
    "stage-dataset": {"STAGE_SOURCE": "data.zip", "STAGE_TO": "staged"},
    "tunnel-vscode": {"TUNNEL": "stop"},
    "write-script": {"WRITE_TO": "w.py"},
}
BEFORE = """
import zipfile as _z
with _z.ZipFile("data.zip", "w") as _f: _f.writestr("a.txt", "a")
open("s.py", "w").close()
_ = open("t.csv", "w").write("a\\n1\\n")
import pandas as _p, torch as _t
from pathlib import Path as _P
df = _p.DataFrame({"a": [1]})
DRIVE = _P(".")
model = _t.nn.Linear(1, 1); optimizer = _t.optim.SGD(model.parameters(), lr=1)
state = {"a": 1}
import json, os, re, sys, time, random
path = name = device = memory = accelerator = gpu = files = total = free = "mine"
"""


@pytest.mark.parametrize("snippet_id", VALUES)
def test_leaves_the_names_that_it_documents(notebook: Open, snippet_id: str) -> None:
    for module in ("torch", "pandas", *(["jax"] if snippet_id.endswith("jax") else [])):
        pytest.importorskip(module, reason=f"{module} is not installed")
    snippet = find_snippet(snippet_id, "standalone")
    assert snippet is not None
    book = notebook(RK_TOKEN="s3cr3t")
    book.kernel.must(BEFORE)
    book.kernel.must("_mine = dict(globals())")
    before = set(json.loads(book.kernel.value(NAMES).strip("'")))
    book.insert(snippet_id, **VALUES[snippet_id])
    after = set(json.loads(book.kernel.value(NAMES).strip("'")))
    documented = {parameter.name for parameter in snippet.parameters} | set(snippet.names)
    assert after - before <= documented
    used = f"{sorted(before - documented)!r}"
    changed = f"[n for n in {used} if globals()[n] is not _mine[n]]"
    assert book.kernel.value(changed) == "[]"


@pytest.mark.parametrize("snippet", builtin_snippets(), ids=lambda s: f"{s.id}-{s.form}")
def test_binds_no_other_names_at_its_top_level(snippet: Snippet) -> None:
    """Those too whose services a test can't have: what their cells say, without running them."""
    bound: set[str] = set()
    for cell in snippet.cells:
        code = TransformerManager().transform_cell(cell.source)
        symbols = symtable.symtable(code, snippet.id, "exec").get_symbols()
        deleted = {
            n.id for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name) and is_deleted(n)
        }
        bound |= {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()} - deleted
    assert bound <= {parameter.name for parameter in snippet.parameters} | set(snippet.names)
    assert set(snippet.names) & {parameter.name for parameter in snippet.parameters} == set()


@pytest.mark.parametrize("snippet", builtin_snippets(), ids=lambda s: f"{s.id}-{s.form}")
def test_other_names_are_others_everywhere(snippet: Snippet) -> None:
    def names(cells: list[Cell]) -> list[set[str]]:
        code = "\n".join(c.source for c in cells if c.cell_type == "code" and not c.folded)
        source = TransformerManager().transform_cell(re.sub(r"^%%\w+.*", "", code, flags=re.M))
        table = symtable.symtable(source, snippet.id, "exec")
        kinds = (symtable.Symbol.is_assigned, symtable.Symbol.is_referenced)
        return [{s.get_name() for s in table.get_symbols() if kind(s)} for kind in kinds]

    cells = list(snippet.cells)
    own = [*result_names(snippet), *(parameter.name for parameter in snippet.parameters)]
    renames = free_names(own, own)
    before, after = names(cells), names(rename_cells(cells, renames))
    assert after == [{renames.get(name, name) for name in each} for each in before]
    assert set(own) <= before[0]
    assert rename_cells(cells, {}) == cells


def is_deleted(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Del)


def test_each_snippet_documents_its_names() -> None:
    assert [(s.id, s.form) for s in builtin_snippets() if not s.names] == []
