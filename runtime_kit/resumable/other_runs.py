"""Which runs other notebooks have saved, so that a new one gets a name of its own."""

from __future__ import annotations

import json
import threading
from pathlib import Path

_SECONDS = 1.0  # a mount may hang
_MOST = 200  # runs that are looked at


def runs_of_others(folder: Path, notebook: str, prefix: str) -> dict[str, str]:
    """Runs in a folder, each with the notebook that saved it, which is not this one.

    :param notebook: this one's file name.
    :param prefix: only runs whose names begin with it.
    """
    found: dict[str, str] = {}

    def look() -> None:
        try:
            runs = sorted(path for path in folder.iterdir() if path.name.startswith(prefix))
        except OSError:
            return
        for run in runs[:_MOST]:
            saved_by = saved_by_notebook(run)
            if saved_by is not None and saved_by != notebook:
                found[run.name] = saved_by

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(_SECONDS)
    return dict(found)


def saved_by_notebook(run: Path) -> str | None:
    """The notebook that the newest readable step of a run's folder names."""
    try:
        steps = sorted(path for path in run.iterdir() if path.name.startswith("step-"))
    except OSError:
        return None
    for path in reversed(steps):
        try:
            name = json.loads((path / "state.json").read_bytes()).get("notebook")
        except (OSError, ValueError, AttributeError):
            continue
        return name if isinstance(name, str) else None
    return None
