"""``python -m runtime_kit runs | verify | export``: looking at checkpoints without a notebook."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .checkpoint.about import about
from .checkpoint.errors import CheckpointError, DamagedStepError
from .checkpoint.export import export_step
from .checkpoint.layout import Commit, list_run
from .checkpoint.memory import readable
from .checkpoint.messages import readable_age
from .checkpoint.progress import Progress
from .checkpoint.step_reader import check_sizes, read_commit, read_state, verify_step


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 1 when something is damaged or missing, 2 for wrong arguments."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (CheckpointError, DamagedStepError, OSError) as error:
        print(f"runtime_kit: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m runtime_kit", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="runs | verify | export")
    runs = commands.add_parser("runs", help="list the runs in a folder")
    runs.add_argument("folder", type=Path, help="the folder that holds the runs")
    runs.set_defaults(command=_runs)
    verify = commands.add_parser("verify", help="check every byte of a step, a run or all runs")
    verify.add_argument("path", type=Path, help="a step, a run's folder, or a folder of runs")
    verify.set_defaults(command=_verify)
    export = commands.add_parser("export", help="write a step as one file that others can load")
    export.add_argument("step", type=Path, help="a step's folder, or a run's for its newest step")
    export.add_argument("out", type=Path, help="OUT.safetensors (tensors) or OUT.pt (all states)")
    export.add_argument("--role", help="only this tracked object; 'model' for .safetensors")
    export.set_defaults(command=_export)
    return parser


def _runs(options: argparse.Namespace) -> int:
    rows = [("RUN", "STEP", "EPOCH", "SAVED", "SIZE", "CHECKPOINTS", "METRICS")]
    for run in _run_folders(options.folder):
        good, bad = _good_and_bad(run)
        if not good:
            rows.append((run.name, "-", "-", "-", "-", f"0, {len(bad)} damaged", ""))
            continue
        newest = max(good)
        path = list_run(run).steps[newest]
        found = about(read_state(path, good[newest]))
        metrics = " ".join(f"{name}={value:.4g}" for name, value in found["metrics"].items())
        size = sum(f.stat().st_size for step in list_run(run).steps.values() for f in _files(step))
        age = f"{readable_age(max(0.0, time.time() - found['time']))} ago"
        count = str(len(good)) + (f", {len(bad)} damaged" if bad else "")
        place = f"{found['epoch']}+{found['batch']}" if found["batch"] else str(found["epoch"])
        rows.append((run.name, str(newest), place, age, readable(size), count, metrics))
    if len(rows) == 1:
        print(f"no runs in {options.folder}")
        return 0
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return 0


def _verify(options: argparse.Namespace) -> int:
    steps = _steps_under(options.path)
    if not steps:
        print(f"no checkpoints in {options.path}", file=sys.stderr)
        return 1
    damaged = 0
    for path in steps:
        number = int(path.name[5:])
        try:
            size = sum(r.size for r in read_commit(path, number).files.values())
            with Progress(f"checking {path}", size) as progress:
                verify_step(path, number, progress.add)
            print(f"good     {path} ({readable(size)})")
        except DamagedStepError as error:
            damaged += 1
            print(f"damaged  {path}: {error.reason}")
    return 1 if damaged else 0


def _export(options: argparse.Namespace) -> int:
    steps = _steps_under(options.step)
    if not steps:
        raise CheckpointError(f"{options.step} is no checkpoint and has none in it.")
    roles = export_step(steps[-1], options.out, options.role)
    print(f"{steps[-1].name}: {', '.join(roles)} -> {options.out}")
    return 0


def _run_folders(folder: Path) -> list[Path]:
    if list_run(folder).steps:
        return [folder]
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and list_run(path).steps]


def _steps_under(path: Path) -> list[Path]:
    """Steps of a step's, a run's or a runs' folder, oldest first in each run."""
    path = path.resolve()
    if path in list_run(path.parent).steps.values():
        return [path]
    if not path.exists():
        raise CheckpointError(f"{path} does not exist.")
    return [step for run in _run_folders(path) for _, step in sorted(list_run(run).steps.items())]


def _good_and_bad(run: Path) -> tuple[dict[int, Commit], list[int]]:
    good, bad = {}, []
    for number, path in list_run(run).steps.items():
        try:
            commit = read_commit(path, number)
            check_sizes(path, commit)
            read_state(path, commit)
            good[number] = commit
        except DamagedStepError:
            bad.append(number)
    return good, bad


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
