"""Where runs may lie: where the cells of the library put them, also after a restart.

Without the library, a cell saves below the notebook's ``DRIVE``, wherever that is. A kernel that
has just started does not know it, and that is when the run is to be found: so a folder that held
runs of a notebook beside it is remembered on this machine.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import platform
from .._os.files import replace_small
from . import publish

_LOCAL_DRIVE = "drive-local"  # what Mount Drive falls back to, beside the notebook
_OTHER = ("", "_2", "_3")  # a cell's name is another where the user has one of their own
_FOLDERS = 5  # that are remembered for a place
_MOST = 200  # places of notebooks that are remembered, the newest ones


def run_folders(namespace: Mapping[str, Any] | None = None) -> list[Path]:
    """Folders whose subfolders may be runs, those that exist or not, each once.

    :param namespace: the user's variables; those that cells of the library set are looked at.
    """
    here = Path.cwd()
    usual = [platform.runs_folder(), here / platform.RUNS, here / _LOCAL_DRIVE / platform.RUNS]
    chosen = _chosen(getattr(publish.shell(), "user_ns", {}) if namespace is None else namespace)
    remembered = map(Path, _memory().get(str(here), []))
    return list(dict.fromkeys([*usual, *chosen, *remembered]))


def remember(folders: Iterable[Path]) -> None:
    """Folders with runs in them, for later kernels of notebooks in the same place."""
    known = _memory()
    here = str(Path.cwd())
    before = known.pop(here, [])
    now = list(dict.fromkeys([*map(str, folders), *before]))[:_FOLDERS]
    if now == before:
        return
    with contextlib.suppress(OSError, RuntimeError):  # a home that cannot be written, or none
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        newest = [*known.items(), (here, now)][-_MOST:]
        replace_small(file, json.dumps(dict(newest)).encode())


def _chosen(namespace: Mapping[str, Any]) -> list[Path]:
    found = []
    chosen = (("DRIVE", platform.RUNS), ("RUN_FOLDER", ""))
    for name, below in ((name + other, below) for name, below in chosen for other in _OTHER):
        value = namespace.get(name)
        if isinstance(value, str | os.PathLike) and str(value):
            with contextlib.suppress(TypeError, ValueError):
                found.append(Path(value, below).expanduser().absolute())
    return found


def _file() -> Path:
    return platform.state_folder() / "run-folders.json"


def _memory() -> dict[str, list[str]]:
    """Folders by the working directory of the kernels that had runs there."""
    try:
        found = json.loads(_file().read_text())
        return {str(key): [str(each) for each in value] for key, value in found.items()}
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError):
        return {}
