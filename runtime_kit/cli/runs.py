"""``python -m runtime_kit runs``: a table of the runs in a folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from runtime_kit._os.units import readable
from runtime_kit.checkpoint.run_dir.owner import live_owner

from .survey import RunSummary, find_runs, look_at_run
from .text import moment, plain, table


def runs(arguments: argparse.Namespace) -> int:
    """Print the runs; 0 also where there is none."""
    folder = Path(arguments.folder)
    found = [_describe(look_at_run(path)) for path in find_runs(folder)]
    if arguments.json:
        print(json.dumps({"folder": str(folder), "runs": found}, indent=1))
        return 0
    if not found:
        print(plain(f"No runs in {folder}."))
        return 0
    print(table(["RUN", "STEP", "EPOCH", "SAVED", "SIZE", "WRITTEN BY"], [_row(r) for r in found]))
    for run in found:
        for step in run["damaged"]:
            text = f"{run['name']}: step {step['step']} can't be used: {step['problem']}"
            print(plain(text))
    return 0


def _describe(run: RunSummary) -> dict[str, Any]:
    newest = run.good[-1] if run.good else None
    return {
        "name": run.path.resolve().name,
        "path": str(run.path),
        "newest": newest and {"step": newest.step, "size": newest.size, **newest.about},
        "steps": [step.step for step in run.good],
        "damaged": [{"step": step.step, "problem": step.problem} for step in run.damaged],
        "owner": live_owner(run.path),
    }


def _row(run: dict[str, Any]) -> list[str]:
    owner = run["owner"]
    writer = plain(f"process {owner['pid']} on {owner['host']}") if owner else "-"
    newest = run["newest"]
    if newest is None:
        return [plain(run["name"]), "none good", "-", "-", "-", writer]
    position = str(newest["epoch"])
    if newest["batch"]:
        position += f" batch {newest['batch']}"
    return [
        plain(run["name"]),
        str(newest["step"]),
        position,
        moment(newest["time"]),
        readable(newest["size"]),
        writer,
    ]
