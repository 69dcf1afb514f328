"""`--propose` of the magics: the edits that make a training resumable, as text."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from runtime_kit.platform import runs_folder
from runtime_kit.resumable.describe import describe
from runtime_kit.resumable.other_runs import runs_of_others
from runtime_kit.resumable.proposal import propose, run_name

Cells = list[tuple[str, str]]


def print_proposal(shell: Any, body: str | None) -> None:
    """Print the diff for the notebook, as it was saved last, or for the cells that were run."""
    name, cells, numbers = _saved_notebook(shell)
    if not cells:
        name, cells, numbers = "notebook", _cells_that_ran(shell), []
    if body is not None and body.strip() not in (source.strip() for _, source in cells):
        cells.append((str(len(cells)), body))
    titles = [
        f"cell {numbers[place]}" if place < len(numbers) else f"the cell: {_first_line(source)}"
        for place, (_, source) in enumerate(cells)
    ]
    taken = runs_of_others(runs_folder(), f"{name}.ipynb", run_name(name))
    proposal = propose(cells, name=name, taken=taken)
    print("\n".join(describe(proposal, cells, titles)))
    if proposal["resumable"]:
        print("Nothing was changed or run. To apply the edits, make them as shown, or click")
        print("Checkpoint & resume in JupyterLab. In a terminal, `python -m runtime_kit propose`")
        print("writes an edited copy of a notebook's file.")


def _first_line(source: str) -> str:
    return next((line for line in source.splitlines() if line.strip()), "")[:60]


def _saved_notebook(shell: Any) -> tuple[str, Cells, list[int]]:
    """Name, code cells and their numbers of the notebook, where the kernel can read it."""
    path = Path(os.environ.get("JPY_SESSION_NAME", ""))
    colab = sys.modules.get("google.colab._message")
    try:
        if colab is not None:
            answer = colab.blocking_request("get_ipynb", request="", timeout_sec=10)
            notebook, name = answer["ipynb"], "notebook"
        elif path.suffix == ".ipynb":
            file = next(p for p in (path, Path(path.name)) if p.is_file())
            notebook, name = json.loads(file.read_text(encoding="utf-8")), path.stem
        else:
            return "", [], []
        found = [
            (number, "".join(cell["source"]))
            for number, cell in enumerate(notebook["cells"], 1)
            if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return "", [], []
    # This very cell is no part of what is trained.
    found = [(n, source) for n, source in found if not _is_question(source)]
    return name, [(str(n), source) for n, source in found], [n for n, _ in found]


def _cells_that_ran(shell: Any) -> Cells:
    """The cells of this session, each where it was run last."""
    inputs = [source for source in shell.user_ns.get("In", []) if not _is_question(source)]
    last = dict.fromkeys(reversed([source for source in inputs if source.strip()]))
    return [(str(place), source) for place, source in enumerate(reversed(last))]


def _is_question(source: str) -> bool:
    first = source.partition("\n")[0]
    return "--propose" in first and re.search(r"%(checkpoint_resume|snippet)\b", first) is not None
