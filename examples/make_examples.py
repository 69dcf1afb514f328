"""Write examples/resume-training.ipynb from the percent cells of resume-training.py.

    python examples/make_examples.py [--check]

`--check` only says whether the notebook is up to date.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
NOTEBOOK = FOLDER / "resume-training.ipynb"
STORY = FOLDER / "resume-training.py"


def notebook_cell(number: int, mark: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"id": f"cell-{number}", "metadata": {}, "source": source.strip()}
    if "[markdown]" in mark:
        text = re.sub(r"(?m)^# ?", "", cell["source"])
        return cell | {"cell_type": "markdown", "source": text}
    return cell | {"cell_type": "code", "execution_count": None, "outputs": []}


def make_notebook() -> str:
    """The notebook as text."""
    _, *parts = re.split(r"(?m)^# %%(.*)\n", STORY.read_text(encoding="utf-8"))
    pairs = zip(parts[::2], parts[1::2], strict=True)
    cells = [notebook_cell(number, *pair) for number, pair in enumerate(pairs)]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
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
