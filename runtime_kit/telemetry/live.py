"""The runs that are alive in this kernel. Nothing is imported to find them."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .runs import RunReader, thin


def runs() -> list[Any]:
    """The ``Run`` objects that still own their run."""
    module = sys.modules.get("runtime_kit.checkpoint.loop.active_runs")
    return [run for run in module.runs() if not run.manager.stopped] if module else []


def find(wanted: str) -> Any:
    """The one in this folder or of this name; None where there is none."""
    alive = runs()
    by_folder = [run for run in alive if str(run.folder) == wanted]
    by_name = [run for run in alive if run.name == wanted]
    found = by_folder or by_name
    return found[0] if len(found) == 1 else None


def describe(run: Any, reader: RunReader) -> dict[str, Any]:
    """What is on the disk, and what memory knows better."""
    folder = Path(run.folder)
    told: dict[str, Any] | None = None
    with contextlib.suppress(OSError):
        told = reader.read(folder)
    told = told or {"size": 0, "saved": None, "state": "unsaved"}
    newest = run.manager.newest()
    mirror = getattr(run.manager, "mirror", None)
    if mirror is not None and newest is not None and told["state"] == "local":
        told["state"] = mirror.state(newest)
    return {
        **told,
        "name": run.name,
        "folder": str(folder),
        "live": True,
        "committed": newest,
        "failed": run.manager.failed,
        "failed_at": getattr(run.manager, "failed_at", None),
        "step": run.step,
        "epoch": run.epoch,
        "finished": False,
        "written": None,
        "due": None,
        "resumed_from": run.resumed_from,
        "metrics": {k: v for k, v in run.metrics.items() if v == v and abs(v) != float("inf")},
        "history": thin(run.history),
    }


def subscribe(listener: Callable[[dict[str, Any]], None]) -> Callable[[], None] | None:
    """Hear of what happens to runs, once the library is loaded; None while it is not."""
    messages = sys.modules.get("runtime_kit.checkpoint.messages")
    return messages.subscribe(listener) if messages is not None else None


def merged(found: list[dict[str, Any]], reader: RunReader) -> Iterator[dict[str, Any]]:
    """Those that are alive first, then those that only lie in the durable folder."""
    alive = {os.path.realpath(run.folder): run for run in runs()}
    for run in alive.values():
        yield describe(run, reader)
    # A folder of runs may be a link; a run knows where it leads.
    real = functools.cache(os.path.realpath)
    for told in found:
        place, name = os.path.split(told["folder"])
        if os.path.join(real(place), name) not in alive:
            yield told
