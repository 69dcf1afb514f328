"""Write examples/resume-training.ipynb from the built-in snippets and the cells below.

    python examples/make_examples.py [--check]

The cells of the snippets are what a click in the toolbar inserts, so the notebook is made
anew whenever a snippet changes; `--check` only says whether it is up to date.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from runtime_kit.snippets import find_snippet, render_snippet

FOLDER = Path(__file__).resolve().parent
NOTEBOOK = FOLDER / "resume-training.ipynb"
STORY = FOLDER / "resume-training.py"
FOLDED: dict[str, Any] = {"jupyter": {"source_hidden": True}, "cellView": "form"}

# Where the story says `# snippet: <id>`, the snippet's cells go, with these values.
VALUES: dict[str, dict[str, Any]] = {
    "drive-mount": {},
    "gpu-check": {},
    "checkpoint-resume": {"RUN": "digits", "SCHEDULER": "scheduler", "LOADER": "loader"},
}


def snippet_cells(snippet_id: str) -> list[dict[str, Any]]:
    """The cells that the toolbar inserts, with the metadata that it gives them."""
    snippet = find_snippet(snippet_id, "standalone")
    assert snippet is not None, snippet_id
    values = VALUES[snippet_id]
    parameters = {p.name: values.get(p.name, p.default) for p in snippet.parameters}
    kit = {"snippet": snippet.id, "version": snippet.version, "parameters": parameters}
    return [
        notebook_cell(
            cell.cell_type, cell.source, {"runtime_kit": kit, **(FOLDED if cell.folded else {})}
        )
        for cell in render_snippet(snippet, values)
    ]


def notebook_cell(kind: str, source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def make_notebook() -> str:
    """The notebook as text."""
    command = ["node", FOLDER.parent / "scripts" / "run.cjs", "snippets", STORY]
    parsed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    [story] = json.loads(parsed.stdout)
    cells: list[dict[str, Any]] = []
    for cell in story["cells"]:
        mark, _, snippet_id = cell["source"].partition(": ")
        if mark == "# snippet":
            cells += snippet_cells(snippet_id)
        else:
            cells.append(notebook_cell(cell["cellType"], cell["source"], {}))
    for number, each in enumerate(cells):
        each["id"] = f"cell-{number}"
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    text = make_notebook()
    if "--check" not in sys.argv:
        NOTEBOOK.write_text(text, encoding="utf-8")
    elif not NOTEBOOK.exists() or NOTEBOOK.read_text(encoding="utf-8") != text:
        print(f"{NOTEBOOK.name} is out of date: run `python examples/make_examples.py`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
