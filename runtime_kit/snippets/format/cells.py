"""Percent cells: split a text at its `# %%` lines, and the source of each cell."""

import re
from dataclasses import dataclass

from .errors import FormatError
from .scan import LineScanner

_MARKER = re.compile(r"#\s*%%+(?:\s(.*))?")
_ENGINE = re.compile(r"engine:")
_TYPE = re.compile(r"\[(markdown|md|raw)\]")
_TYPES = {"markdown": "markdown", "md": "markdown", "raw": "raw"}
_COMMENT = re.compile(r"#(?: (.*)|(?! )(.*))")
_QUOTED = re.compile(r"[rR]?(\"\"\"|''')(.*)\1", re.DOTALL)
_CELL_MAGIC = re.compile(r"%%\w", re.ASCII)
_COMMENTED_CELL_MAGIC = re.compile(r"# %%[A-Za-z_!]")
_COMMENTED_MAGIC = re.compile(r"(\s*)# ((?:# )*(?:%{1,2}[A-Za-z_]|!\S).*)")


@dataclass(frozen=True)
class PercentCell:
    """The lines of a percent cell, without blank ones around them."""

    cell_type: str
    lines: list[str]
    first_line: int
    """1-based line of `lines[0]` in the snippet's text."""
    folded: bool = False
    """Whether its marker says that it is an engine."""


def split_cells(lines: list[str], start: int) -> list[PercentCell]:
    """The cells that have text, from the line with index `start` on."""
    cells: list[PercentCell] = []
    scanner = LineScanner()
    cell_type, first, opened, cell_magic = "code", start, start, False
    folded = False
    for i in range(start, len(lines)):
        marker = None if scanner.in_string else _MARKER.fullmatch(lines[i])
        if marker:
            _add_cell(cells, cell_type, lines, first, i, folded)
            found = _TYPE.search(marker[1] or "")
            folded = bool(_ENGINE.match(marker[1] or ""))
            cell_type = _TYPES[found[1]] if found else "code"
            first, cell_magic, scanner = i + 1, False, LineScanner()
            continue
        # The rest of a cell under %%bash and the like is not Python.
        if _CELL_MAGIC.match(lines[i]) and not any(line.strip() for line in lines[first:i]):
            cell_magic = True
        if not cell_magic:
            was_in_string = scanner.in_string
            scanner.scan(lines[i])
            opened = i if scanner.in_string and not was_in_string else opened
    if scanner.in_string:
        raise FormatError("cells", opened + 1, "a string is not closed")
    _add_cell(cells, cell_type, lines, first, len(lines), folded)
    return cells


def _add_cell(
    cells: list[PercentCell],
    cell_type: str,
    lines: list[str],
    first: int,
    end: int,
    folded: bool,
) -> None:
    while first < end and not lines[first].strip():
        first += 1
    while first < end and not lines[end - 1].strip():
        end -= 1
    if first < end:
        cells.append(PercentCell(cell_type, lines[first:end], first + 1, folded))


def is_python(source: str) -> bool:
    """Whether a code cell's source is Python, not the body of a cell magic."""
    return not _CELL_MAGIC.match(source)


def code_source(cell: PercentCell) -> str:
    """The source of a code cell, with IPython's commented lines as IPython's lines."""
    lines = cell.lines
    if _COMMENTED_CELL_MAGIC.match(lines[0]) and all(map(_is_comment_or_blank, lines)):
        return "\n".join(map(_uncomment, lines))
    if not is_python(lines[0]):
        return "\n".join(lines)
    scanner = LineScanner()
    source: list[str] = []
    continued = False
    for line in lines:
        match = _COMMENTED_MAGIC.fullmatch(line)
        is_magic = scanner.scan(line).starts_statement and match is not None
        if continued and line.startswith("#"):
            source.append(_uncomment(line))
        else:
            source.append(match[1] + match[2] if is_magic and match else line)
            continued = is_magic
        continued = continued and line.endswith("\\")
    return "\n".join(source)


def text_source(cell: PercentCell) -> str:
    """The source of a markdown or raw cell: comment lines, or a string in three quotes."""
    if quoted := _QUOTED.fullmatch("\n".join(cell.lines).rstrip()):
        return quoted[2].removeprefix("\n").removesuffix("\n")
    for i, line in enumerate(cell.lines):
        if not _is_comment_or_blank(line):
            reason = f"a {cell.cell_type} cell is comment lines or one string in three quotes"
            raise FormatError("cells", cell.first_line + i, reason)
    return "\n".join(map(_uncomment, cell.lines))


def _is_comment_or_blank(line: str) -> bool:
    return line.startswith("#") or not line.strip()


def _uncomment(line: str) -> str:
    match = _COMMENT.fullmatch(line)
    return (match[1] if match[1] is not None else match[2]) if match else ""
