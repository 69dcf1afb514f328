"""What all tests need: the built-in snippets as their files are now."""

from __future__ import annotations

import subprocess
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "runtime_kit" / "snippets" / "catalog.json"
SOURCES = ("runtime_kit/snippets/**/*.py", "src/snippets/**/*.ts", "src/library/*.ts")


def pytest_configure() -> None:
    """Parse the snippets again if one changed since the build."""
    newest = max(path.stat().st_mtime for path in chain(*map(ROOT.glob, SOURCES)))
    if not CATALOG.exists() or CATALOG.stat().st_mtime < newest:
        subprocess.run(["node", ROOT / "scripts" / "run.cjs", "snippets"], check=True)
