"""``python -m runtime_kit propose``: make a notebook's or a script's training resumable."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from runtime_kit._os.files import read_regular
from runtime_kit.resumable.describe import describe
from runtime_kit.resumable.proposal import apply, propose

from .atomic import check_output, replacing
from .errors import UsageError
from .text import plain, plain_line

_SUFFIXES = (".ipynb", ".py")
MOST = 1 << 30  # bytes of a notebook with its outputs


def propose_edits(arguments: argparse.Namespace) -> int:
    """Print the edits as a diff, or write the edited file. 1 where nothing is proposed."""
    path = Path(arguments.file)
    if path.suffix not in _SUFFIXES:
        raise UsageError(f"{path.name} ends neither in .ipynb nor in .py.")
    out = Path(arguments.apply) if arguments.apply else None
    if out is not None:
        if out.suffix != path.suffix:
            raise UsageError(f"{out.name} must end in {path.suffix}, as {path.name} does.")
        check_output(out, force=arguments.force)
    text = _read(path)
    notebook = _notebook(path, text) if path.suffix == ".ipynb" else None
    cells = [("", text)] if notebook is None else _code_cells(notebook)
    proposal = propose(cells, name=path.stem, magics=notebook is not None)
    if arguments.json:
        print(json.dumps(proposal, ensure_ascii=False, indent=1))
    else:
        name = path.name
        titles = [f"{name}, cell {int(k) + 1}" if notebook else name for k, _ in cells]
        for line in describe(proposal, cells, titles):
            print(plain_line(line))
    if not proposal["resumable"]:
        return 1
    if out is not None:
        edited = apply(cells, proposal)
        _write(out, edited[0][1] if notebook is None else _edited(notebook, edited), arguments)
    return 0


def _read(path: Path) -> str:
    try:
        return read_regular(path, MOST).decode()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text.") from None


def _notebook(path: Path, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
        assert all(isinstance(cell, dict) for cell in found["cells"])
    except (ValueError, LookupError, TypeError, AssertionError, RecursionError):
        raise UsageError(f"{path} is not a Jupyter notebook.") from None
    return found


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _code_cells(notebook: dict[str, Any]) -> list[tuple[str, str]]:
    """The code cells; their ids are their places, since old notebooks have no ids."""
    return [
        (str(place), _source(cell))
        for place, cell in enumerate(notebook["cells"])
        if cell.get("cell_type") == "code"
    ]


def _edited(notebook: dict[str, Any], edited: list[tuple[str | None, str]]) -> str:
    by_place = {int(name): source for name, source in edited if name is not None}
    before: dict[int, list[str]] = {}
    waiting: list[str] = []
    for name, source in edited:
        if name is None:
            waiting.append(source)
        elif waiting:
            before[int(name)], waiting = waiting, []
    has_ids = any("id" in cell for cell in notebook["cells"])
    cells = []
    for place, cell in enumerate(notebook["cells"]):
        for number, source in enumerate(before.get(place, [])):
            cells.append(_new_cell(source, f"run-{place}-{number}" if has_ids else None))
        if place in by_place and by_place[place] != _source(cell):
            cell = {**cell, "source": by_place[place].splitlines(keepends=True)}
        cells.append(cell)
    return json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1) + "\n"


def _new_cell(source: str, name: str | None) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
    return cell if name is None else {**cell, "id": name}


def _write(out: Path, text: str, arguments: argparse.Namespace) -> None:
    with replacing(out, force=arguments.force) as path:
        path.write_bytes(text.encode())
    if not arguments.json:
        print(
            f"{plain(str(out))}: written. Run it as before; after a crash, run it again to resume."
        )
