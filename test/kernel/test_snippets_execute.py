"""`jupyter nbconvert --execute` runs a notebook of inserted snippets whose services are at hand."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from runtime_kit.snippets import find_snippet, render_snippet

SNIPPETS: dict[str, dict[str, Any]] = {
    "environment-report": {},
    "imports": {},
    "drive-mount": {},
    "drive-folders": {"WORK_IN_COLAB": False},
    "save-csv": {"SAVE_FILE": "t.csv"},
    "read-csv": {"READ_FILE": "t.csv"},
    "stage-dataset": {"STAGE_SOURCE": "data.zip", "STAGE_TO": "staged"},
    "gpu-check": {},
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
    if find_spec("pandas"):
        notebook.cells.append(new_code_cell("import pandas as pd\ndf = pd.DataFrame({'a': [1]})"))
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("train/1.txt", "one")
    for snippet_id, values in SNIPPETS.items():
        if snippet_id in ("save-csv", "read-csv") and not find_spec("pandas"):
            continue
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
    assert "GPU check: " in done and (tmp_path / "staged" / "train" / "1.txt").exists()
    assert "1 epochs done" in done and "RK_TOKEN is set" in done and "s3cr3t" not in done
