"""The parameters of an inserted cell can be given on papermill's command line, as the docs say.

papermill's way is replayed here: its cell goes behind the first one with the tag `parameters`.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from kernels import sources
from nbclient import NotebookClient

TAGGED = {"tags": ["parameters"]}


def inject(book: nbformat.NotebookNode, code: str) -> None:
    tagged = [
        i for i, cell in enumerate(book.cells) if "parameters" in cell.metadata.get("tags", [])
    ]
    index = tagged[0] + 1 if tagged else 0
    book.cells.insert(index, nbformat.v4.new_code_cell(f"# Parameters\n{code}\n"))


def split(source: str) -> tuple[str, str]:
    """At the place that the docs name: below the last `# @param` line."""
    lines = source.splitlines()
    last = max(number for number, line in enumerate(lines) if "# @param" in line)
    return "\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :])


@pytest.mark.parametrize("is_split", [True, False])
def test_a_value_given_to_papermill(tmp_path: Path, is_split: bool) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.py").write_text(f"print('this is the {name}')")
    engine, form = sources("run-script", SCRIPT="first.py")
    top, rest = split(form)
    new = nbformat.v4.new_code_cell
    parts = [new(top, metadata=TAGGED), new(rest)] if is_split else [new(form)]
    book = nbformat.v4.new_notebook(cells=[new(engine), *parts])
    inject(book, 'SCRIPT = "second.py"')
    NotebookClient(
        book, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    printed = "".join(
        output.get("text", "") for cell in book.cells for output in cell.get("outputs", [])
    )
    # Why the docs have the cell split: as one it assigns its own value behind papermill's.
    assert f"this is the {'second' if is_split else 'first'}" in printed
