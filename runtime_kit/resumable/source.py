"""Cells as Python trees whose nodes know the exact characters they stand for."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# Cell magics whose body is Python of the notebook itself.
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun", "memit", "mprun", "heat", "debug", "snippet"}
_SCRIPT_MAGICS = {"writefile", "file"}
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*([^\r\n]*)")
_LINE_END = re.compile(r"\r\n|\r|\n")
DEEPEST = 200  # nodes in one another
# `%magic`, `!command`, `?name`; and `name?`, which is help as well.
_ESCAPED = re.compile(r"[ \t]*(?:[%!?,;/](?=\S)|[\w.]+\?\??[ \t]*$)")
_ASSIGNED = re.compile(r"([ \t]*[\w.,\[\] \t]+?=[ \t]*)(?:!|%[A-Za-z])")


@dataclass
class Cell:
    """One code cell (or a whole file), read.

    ``script``: the file that a ``%%writefile`` cell writes, whose code runs elsewhere.
    ``error``: why it could not be read.
    """

    index: int
    id: str
    source: str
    tree: ast.Module | None = None
    script: str | None = None
    error: str | None = None
    magic: str = ""
    _starts: list[int] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    @property
    def line_end(self) -> str:
        return "\r\n" if "\r\n" in self.source else "\n"

    def offset(self, line: int, column: int) -> int:
        """The character at a line from 1 and a column in UTF-8 bytes, as ``ast`` counts them."""
        text = self._lines[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The first character of a node and the one behind its last."""
        return (
            self.offset(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            self.offset(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.source[start:end]

    def line_start(self, line: int) -> int:
        return self._starts[line - 1]

    def line_stop(self, line: int) -> int:
        """The end of a line's text, in front of its line end."""
        return self._starts[line - 1] + len(self._lines[line - 1])

    def indentation(self, node: ast.AST) -> str | None:
        """What stands in front of a statement; None where that is another statement."""
        start = self.span(node)[0]
        text = self.source[self.line_start(node.lineno) : start]  # type: ignore[attr-defined]
        return text if not text.strip() else None


def read_cells(sources: Sequence[tuple[str, str]], *, magics: bool = True) -> list[Cell]:
    """Read cells, given as (id, source), in order. What is no Python has no tree."""
    return [_read(index, name, source, magics) for index, (name, source) in enumerate(sources)]


def _read(index: int, name: str, source: str, magics: bool) -> Cell:
    cell = Cell(index, name, source)
    masked = _mask(source, cell) if magics else source
    ends = list(_LINE_END.finditer(masked))
    cell._starts = [0, *(end.end() for end in ends)]
    stops = [*(end.start() for end in ends), len(masked)]
    cell._lines = [masked[a:b] for a, b in zip(cell._starts, stops, strict=True)]
    if cell.magic == "other":
        return cell
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the user's strings, as "\d"
            tree = ast.parse(masked.lstrip("\ufeff") if index == 0 else masked)
        _link(tree, cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        cell.error = f"line {line}: {error.__class__.__name__}" if line else str(error)
        return cell
    cell.tree = tree
    return cell


def _link(tree: ast.AST, cell: Cell) -> None:
    """Give each node its cell and its parent.

    :raises RecursionError: what reads the tree, node in node, would reach Python's limit.
    """
    tree.cell = cell  # type: ignore[attr-defined]
    tree.parent = None  # type: ignore[attr-defined]
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise RecursionError("the code is nested too deeply")
        for child in ast.iter_child_nodes(node):
            child.cell = cell  # type: ignore[attr-defined]
            child.parent = node  # type: ignore[attr-defined]
            waiting.append((child, depth + 1))


def cell_of(node: ast.AST) -> Cell:
    return node.cell  # type: ignore[attr-defined]


def parent_of(node: ast.AST) -> ast.AST | None:
    return node.parent  # type: ignore[attr-defined]


def text_of(node: ast.AST) -> str:
    return cell_of(node).text(node)


def _mask(source: str, cell: Cell) -> str:
    """The source with magics and shell lines made Python of the same length."""
    found = _CELL_MAGIC.match(source)
    start = 0
    if found:
        name, rest = found.group(1), found.group(2).strip()
        cell.magic = name if name in _PYTHON_MAGICS | _SCRIPT_MAGICS else "other"
        start = found.end()
        if name in _SCRIPT_MAGICS:
            cell.script = rest.split()[-1] if rest else None
            return _blank(source[:start]) + source[start:]
    text = _blank(source[:start]) + source[start:]
    for begin, stop in _logical_lines(text):
        line = text[begin:stop]
        if _ESCAPED.match(line):
            indent = len(line) - len(line.lstrip(" \t"))
            text = text[: begin + indent] + _filler(line[indent:]) + text[stop:]
        elif assigned := _ASSIGNED.match(line):
            keep = assigned.end(1)
            text = text[: begin + keep] + _filler(line[keep:]) + text[stop:]
    return text


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text).replace(" ", "#", 1) if text.strip() else text


def _filler(text: str) -> str:
    """An expression as long as ``text``, whose line ends stay where they are."""
    blank = re.sub(r"[^\r\n]", " ", text)
    # Further lines of a command that is continued by a backslash are blank.
    return "0" + blank[1:] if blank else blank


def _logical_lines(text: str) -> Iterator[tuple[int, int]]:
    """Where statements can begin: lines within no string, bracket or continued line. A line that is
    continued by backslashes is one with those that follow."""
    position, begin, depth = 0, 0, 0
    length = len(text)
    fresh = True
    while position < length:
        if fresh:
            begin, fresh = position, False
            if _ESCAPED.match(text[begin : _stop(text, begin)]) or _ASSIGNED.match(
                text[begin : _stop(text, begin)]
            ):
                stop = _stop(text, begin)
                while text[:stop].endswith("\\") and stop < length:
                    stop = _stop(text, stop + (2 if text.startswith("\r\n", stop) else 1))
                yield begin, stop
                position = stop
                fresh = True
                position += 2 if text.startswith("\r\n", position) else 1
                continue
        character = text[position]
        if character in "'\"":
            quote = text[position : position + 3]
            quote = quote if quote in ("'''", '"""') else character
            position = _string_end(text, position + len(quote), quote)
            continue
        if character == "#":
            position = _stop(text, position)
            continue
        if character == "\\":
            position += 3 if text.startswith("\r\n", position + 1) else 2
            continue
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth = max(0, depth - 1)
        elif character in "\r\n":
            position += 2 if text.startswith("\r\n", position) else 1
            fresh = depth == 0
            continue
        position += 1


def _stop(text: str, position: int) -> int:
    found = _LINE_END.search(text, position)
    return found.start() if found else len(text)


def _string_end(text: str, position: int, quote: str) -> int:
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(quote, position):
            return position + len(quote)
        elif len(quote) == 1 and text[position] in "\r\n":
            return position
        else:
            position += 1
    return position
