"""The small file beside a journal that names its notebooks: found without reading the journal."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .journal import SUFFIX

ABOUT_SUFFIX = ".about"


def read_about(journal: Path) -> dict[str, Any]:
    """What is noted of a journal: ``kernel``, ``name`` of its specification, ``paths``.

    ``paths`` are relative to the server's root, the notebook that ran a cell last comes last.
    """
    try:
        about = json.loads(journal.with_suffix(ABOUT_SUFFIX).read_bytes())
    except (OSError, ValueError):
        return {"paths": []}
    if not isinstance(about, dict):
        return {"paths": []}
    paths = about.get("paths", [about.get("path")])
    paths = paths if isinstance(paths, list) else []
    return {**about, "paths": [path for path in paths if isinstance(path, str) and path]}


def write_about(journal: Path, about: dict[str, Any]) -> None:
    """Note it.

    :raises OSError: the folder can't be written.
    """
    journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = journal.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(about, file)
    os.replace(partial, journal.with_suffix(ABOUT_SUFFIX))


def rename_notebook(folder: Path, old: str, new: str) -> None:
    """Follow a notebook, or a folder of notebooks, that was renamed or moved.

    :raises OSError: the folder can't be written.
    """
    old, new = old.strip("/"), new.strip("/")
    for journal in folder.glob(f"*{SUFFIX}"):
        about = read_about(journal)
        paths = [
            new + path[len(old) :] if path == old or path.startswith(old + "/") else path
            for path in about["paths"]
        ]
        if paths != about["paths"]:
            write_about(journal, {**about, "paths": paths})
