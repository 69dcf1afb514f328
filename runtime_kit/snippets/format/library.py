"""Find a snippet, and describe what there is."""

from collections.abc import Sequence
from typing import Any

from .builtins import builtin_snippets
from .model import Snippet


def find_snippet(
    snippet_id: str,
    form: str | None = None,
    snippets: Sequence[Snippet] | None = None,
) -> Snippet | None:
    """The snippet in this form; without a form in the standalone one if there is one."""
    for snippet in builtin_snippets() if snippets is None else snippets:
        if snippet.id == snippet_id and form in (None, snippet.form):
            return snippet
    return None


def describe(snippets: Sequence[Snippet] | None = None) -> list[dict[str, Any]]:
    """The catalog that the `%snippet` magic works with, one entry an id."""
    entries: dict[str, dict[str, Any]] = {}
    for snippet in builtin_snippets() if snippets is None else snippets:
        entry = {
            "id": snippet.id,
            "title": snippet.title,
            "description": snippet.description,
            "parameters": [parameter.describe() for parameter in snippet.parameters],
        }
        entries.setdefault(snippet.id, entry)
    return list(entries.values())
