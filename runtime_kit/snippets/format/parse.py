"""Parse a snippet in the snippet format, version 1."""

import re
from typing import Any

from .cells import code_source, split_cells, text_source
from .errors import FormatError, SnippetError
from .front_matter import FrontMatter, parse_front_matter
from .model import Cell, Parameter, Snippet
from .parameters import parse_parameters
from .requires import REQUIREMENTS, is_requirement

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def parse_snippet(text: str, snippet_id: str, form: str = "standalone") -> Snippet:
    """Parse a snippet's text; `snippet_id` is the name that it is kept under.

    Raises SnippetError naming the snippet, the field and the line.
    """
    try:
        return _parse(text, snippet_id, form)
    except FormatError as error:
        raise SnippetError(snippet_id, error.field, error.line, str(error)) from None


def _parse(text: str, snippet_id: str, form: str) -> Snippet:
    lines = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff")).split("\n")
    front = parse_front_matter(lines)
    metadata = _read_metadata(front, snippet_id)
    cells: list[Cell] = []
    parameters: list[Parameter] = []
    for cell in split_cells(lines, front.end):
        if cell.cell_type != "code":
            cells.append(Cell(cell.cell_type, text_source(cell)))
            continue
        source = code_source(cell)
        for parameter in parse_parameters(cell, source, len(cells)):
            if any(parameter.name == other.name for other in parameters):
                line = cell.first_line + parameter.line - 1
                raise FormatError(parameter.name, line, "this parameter stands there twice")
            parameters.append(parameter)
        cells.append(Cell("code", source, cell.folded))
    if not cells:
        raise FormatError("cells", len(lines), "the snippet has no cells")
    return Snippet(**metadata, form=form, cells=tuple(cells), parameters=tuple(parameters))


def _read_metadata(front: FrontMatter, snippet_id: str) -> dict[str, Any]:
    def fail(key: str, reason: str) -> FormatError:
        return FormatError(key, front.lines.get(key, 1), reason)

    def text(key: str, default: str | None = None) -> str:
        value = front.values.get(key, default) if key not in front.values else front.values[key]
        if value == default and default is not None and key not in front.values:
            return default
        if not isinstance(value, str) or not value.strip():
            raise fail(key, "a text is needed; quote what YAML reads otherwise")
        return value

    def texts(key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = front.values.get(key, default) if key not in front.values else front.values[key]
        valid = isinstance(value, (list, tuple)) and all(
            isinstance(item, str) and item.strip() for item in value
        )
        if not valid:
            raise fail(key, "a list of texts is needed: [a, b]")
        return tuple(value)

    name = text("id", snippet_id)
    if not _SLUG.fullmatch(snippet_id):
        reason = f'"{snippet_id}" is no id: lower-case letters, digits and hyphens between them'
        raise fail("id", reason)
    if name != snippet_id:
        raise fail("id", f'"{name}" differs from "{snippet_id}", the name it is kept under')
    version = front.values.get("version", 1)
    if type(version) is not int or version < 1:
        raise fail("version", "a whole number from 1 on is needed")
    requires = texts("requires", ())
    unknown = next((item for item in requires if not is_requirement(item)), None)
    if unknown is not None:
        raise fail("requires", f'"{unknown}" is none of {REQUIREMENTS}')
    return {
        "id": name,
        "title": text("title"),
        "description": text("description", ""),
        "tags": texts("tags", ()),
        "languages": texts("languages", ("python",)),
        "requires": requires,
        "version": version,
        "names": texts("names", ()),
        "icon": text("icon") if "icon" in front.values else None,
    }
