"""The built-in snippets: load them, find one, and describe what there is."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from .model import Cell, Parameter, Snippet

_FILE = "catalog.json"


@cache
def builtin_snippets() -> tuple[Snippet, ...]:
    """All built-in snippets, ordered by id, the standalone form first.

    The build writes them with the front end's parser (`scripts/snippets.mjs`). Raises
    FileNotFoundError in a checkout that was never built.
    """
    file = files("runtime_kit").joinpath("snippets", _FILE)
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{file} is missing. Run `npm run build` in the checkout."
        ) from None
    snippets = map(read_snippet, entries)
    return tuple(sorted(snippets, key=lambda snippet: (snippet.id, snippet.form != "standalone")))


def read_snippet(entry: Mapping[str, Any]) -> Snippet:
    """A snippet from what the front end's parser says of it."""
    cells = (
        Cell(cell["cellType"], cell["source"], cell.get("folded", False)) for cell in entry["cells"]
    )
    return Snippet(
        id=entry["id"],
        title=entry["title"],
        description=entry["description"],
        tags=tuple(entry["tags"]),
        languages=tuple(entry["languages"]),
        requires=tuple(entry["requires"]),
        version=entry["version"],
        icon=entry.get("icon"),
        names=tuple(entry.get("names", ())),
        form=entry["form"],
        cells=tuple(cells),
        parameters=tuple(map(_read_parameter, entry["parameters"])),
    )


def _read_parameter(entry: Mapping[str, Any]) -> Parameter:
    fields = {"allow_input" if key == "allowInput" else key: entry[key] for key in entry}
    return Parameter(**{**fields, "span": tuple(entry["span"])})


def find_snippet(snippet_id: str, form: str | None = None) -> Snippet | None:
    """The snippet in this form; without a form in the standalone one if there is one."""
    for snippet in builtin_snippets():
        if snippet.id == snippet_id and form in (None, snippet.form):
            return snippet
    return None


def describe() -> list[dict[str, Any]]:
    """What the `%snippet` magic works with, one entry an id."""
    entries: dict[str, dict[str, Any]] = {}
    for snippet in builtin_snippets():
        entry = {
            "id": snippet.id,
            "title": snippet.title,
            "description": snippet.description,
            "parameters": [parameter.describe() for parameter in snippet.parameters],
        }
        entries.setdefault(snippet.id, entry)
    return list(entries.values())
