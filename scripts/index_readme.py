"""The README as a package index shows it: links and pictures lead to the repository.

A hook of hatchling's (``[tool.hatch.metadata.hooks.custom]``). The address is the one of
package.json.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


def with_addresses(text: str, home: str) -> str:
    """Markdown whose relative links name files of the repository at ``home``."""
    link = re.compile(r"(!?)\[((?:[^][]|!\[[^]]*\]\([^)]*\))*)\]\((?![a-z]+:|#)([^)\s]+)\)")

    def absolute(match: re.Match[str]) -> str:
        picture, label, path = match.groups()
        return f"{picture}[{label}]({home}/{'raw' if picture else 'blob'}/HEAD/{path})"

    return link.sub(absolute, text)


class IndexReadme(MetadataHookInterface):
    """Sets ``readme``."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        home = json.loads((root / "package.json").read_text(encoding="utf-8"))["homepage"]
        text = (root / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": with_addresses(text, home),
        }
