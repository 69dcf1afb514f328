"""`jupyter nbconvert --execute` runs a notebook of inserted snippets whose services are at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from runtime_kit.snippet_library import find_snippet, render_snippet

SNIPPETS: dict[str, dict[str, Any]] = {
    "environment-report": {},
    "imports": {},
    "drive-mount": {},
    "secrets": {"SECRET": "RK_TOKEN"},
    "write-script": {"WRITE_TO": "s.py"},
    "run-script": {"SCRIPT": "s.py", "SCRIPT_ARGUMENTS": "data.csv --epochs 1"},
    "keep-alive": {"KEEP_ALIVE": "stop"},
    "notify": {"NOTIFY_BY": "off"},
    "open-in-colab": {"NOTEBOOK_URL": "https://github.com/a/b/blob/main/c.ipynb"},
    "release-runtime": {},
}


def test_a_notebook_of_snippets_is_executed(tmp_path: Path) -> None:
    notebook = new_notebook()
    for snippet_id, values in SNIPPETS.items():
        snippet = find_snippet(snippet_id, "standalone")
        assert snippet is not None
        for cell in render_snippet(snippet, values):
            make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
            notebook.cells.append(make(cell.source))
    nbformat.write(notebook, tmp_path / "all.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "all.ipynb"]
    environment = {
        **os.environ,
        "RK_TOKEN": "s3cr3t",
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    answer = subprocess.run(
        [*command, "--output", "done.ipynb"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    done = (tmp_path / "done.ipynb").read_text(encoding="utf-8")
    nbformat.validate(nbformat.reads(done, as_version=4))
    assert "1 epochs done" in done and "RK_TOKEN is set" in done and "s3cr3t" not in done
