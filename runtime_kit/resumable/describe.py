"""A proposal as text: the diff of each cell, reasons, notes and why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from .messages import NOTES, OBSTACLES, REASONS, text_of
from .proposal import Json, apply


def describe(
    proposal: Json, cells: Sequence[tuple[str, str]], titles: Sequence[str]
) -> Iterator[str]:
    """The lines. ``titles``: what each of the cells is called."""
    for place, (cell, title) in enumerate(zip(cells, titles, strict=True)):
        for new in proposal["cells"]:
            if new["index"] == place:
                yield f"+++ new cell before {title}"
                yield from (f"+{line}" for line in new["source"].splitlines())
        edits = [edit for edit in proposal["edits"] if edit["index"] == place]
        if not edits:
            continue
        only = {**proposal, "cells": [], "edits": [{**edit, "index": 0} for edit in edits]}
        changed = apply([cell], only)[0][1]
        before = cell[1].splitlines()
        yield from unified_diff(before, changed.splitlines(), title, title, lineterm="", n=1)
        for edit in edits:
            reason = text_of(REASONS, edit["reason"]["code"], edit["reason"]["values"])
            left = "" if edit["ticked"] else " (unsure, so not made)"
            yield f"  line {edit['line']}: {reason}{left}"
    for label, table, found in (
        ("Note", NOTES, proposal["notes"]),
        ("Not resumable", OBSTACLES, proposal["why_not"]),
    ):
        for said in found:
            where = ""
            if said["line"] is not None:
                title = titles[said["index"]] if len(titles) > 1 else ""
                name = f"{title.rpartition(', ')[2]}, " if title else ""
                where = f" ({name}line {said['line']})"
            yield f"{label}{where}: {text_of(table, said['code'], said['values'])}"
