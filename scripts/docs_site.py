"""Configure MkDocs beyond mkdocs.yml, so that docs/ reads as well on GitHub as on the site."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOME = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["homepage"]


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links to files outside of docs/ lead to the repository.

    :raises FileNotFoundError: there is no such file.
    """

    def outside(match: re.Match[str]) -> str:
        path = match[1]
        if not (ROOT / path.partition("#")[0]).exists():
            raise FileNotFoundError(f"A link leads to {path}, which is not there.")
        return f"]({HOME}/blob/main/{path})"

    return re.sub(r"\]\(\.\./([^)\s]+)\)", outside, markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Docstrings name code as Sphinx does: ``:class:`Run```, ``:func:`.stage```."""
    return re.sub(r":(?:py:)?(?:class|func|meth|attr|mod|exc|data):<code>[.~]?", "<code>", html)
