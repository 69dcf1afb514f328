"""Other names for those of a snippet's that the user has already."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from .model import Cell, Snippet

_SHARED = frozenset({"DRIVE"})
"""Results that a kernel can't tell from a value of the user's."""
_PART = re.compile(r"""(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<comment>#[^\n]*)""")


def result_names(snippet: Snippet) -> list[str]:
    """The names, besides parameters, that the cells bind whose code is shown."""
    shown = "\n".join(cell.source for cell in snippet.cells if not cell.folded)
    bound = (name for name in snippet.names if name not in _SHARED)
    return [name for name in bound if re.search(rf"^(?:\w+, )*{name}(?:, \w+)* = ", shown, re.M)]


def free_names(taken: Collection[str], held: Collection[str]) -> dict[str, str]:
    """For each taken name the first one with a number behind it that is not held."""
    return {name: _free_name(name, held) for name in taken}


def rename_cells(cells: list[Cell], renames: Mapping[str, str]) -> list[Cell]:
    """The cells with other names, in what is shown of them: the engines know none of these."""
    return [
        cell if cell.folded else replace(cell, source=_rename(cell.source, renames))
        for cell in cells
    ]


def _free_name(name: str, held: Collection[str]) -> str:
    number = 2
    while f"{name}_{number}" in held:
        number += 1
    return f"{name}_{number}"


def _rename(source: str, renames: Mapping[str, str]) -> str:
    if not renames:
        return source
    if source.startswith("%%") and "\n" in source:  # the body is another program's
        head, body = source.split("\n", 1)
        return f"{_rename(head, renames)}\n{body}"
    name = rf"(?<![\w.])(?:{'|'.join(map(re.escape, renames))})\b"
    # A keyword argument has no space before its `=`, an assignment has one.
    in_code = re.compile(rf"{name}(?!=(?!=))")
    # What a text shows of code, and names in capitals; other words are prose.
    in_text = re.compile(rf"{name}(?=[.(`}}])|(?=[A-Z]){name}")

    def put(pattern: re.Pattern[str], text: str) -> str:
        return pattern.sub(lambda match: renames[match[0]], text)

    renamed, end = "", 0
    for match in _PART.finditer(source):
        renamed += put(in_code, source[end : match.start()])
        renamed += put(in_text, match[0]) if match["comment"] else match[0]
        end = match.end()
    return renamed + put(in_code, source[end:])
