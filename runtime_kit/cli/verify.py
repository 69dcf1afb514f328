"""``python -m runtime_kit verify``: reads every byte of a run's steps and compares checksums."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from runtime_kit._os.progress import Bar
from runtime_kit._os.units import readable
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.read.step_reader import check_file
from runtime_kit.checkpoint.run_dir.layout import COMMIT, STATE, Commit
from runtime_kit.checkpoint.run_dir.step_files import read_commit, read_state

from .errors import ATTEMPTS, UsageError
from .survey import deleted_meanwhile, open_run
from .text import plain


def verify(arguments: argparse.Namespace) -> int:
    """Print what is good and what is damaged; 1 when anything is damaged or nothing is good."""
    folder = Path(arguments.run_folder)
    found: list[dict[str, Any]] = []
    for _ in range(ATTEMPTS):  # a training that goes on may delete all that was there at first
        for number, path in _steps(folder, arguments.step).items():
            step = check_step(path, number)
            if not deleted_meanwhile(path):
                found.append(step)
                if not arguments.json:
                    _tell(step)
        if found:
            break
    good = bool(found) and all(step["good"] for step in found)
    if arguments.json:
        print(json.dumps({"run": str(folder), "good": good, "steps": found}, indent=1))
    elif not any(step["good"] for step in found):
        print(plain(f"No valid checkpoint among the checked steps of {folder}."))
    return 0 if good else 1


def _steps(folder: Path, wanted: int | None) -> dict[int, Path]:
    steps = {step.step: step.path for step in open_run(folder).steps}
    if wanted is None:
        return steps
    if wanted not in steps:
        raise UsageError(f"{folder} has no step {wanted}; it has: {', '.join(map(str, steps))}.")
    return {wanted: steps[wanted]}


def check_step(path: Path, number: int) -> dict[str, Any]:
    """``{"step", "good", "size", "files", "problems": [{"file", "problem"}]}``: unlike a restore,
    which stops at the first, this names every file that is damaged. ``size`` in bytes."""
    try:
        commit = read_commit(path, number)
    except CheckpointError as error:
        problems = [{"file": COMMIT, "problem": str(error)}]
        return {"step": number, "good": False, "size": 0, "files": 0, "problems": problems}
    size = sum(record.size for record in commit.files.values())
    problems = []
    # Standard output is for the result.
    with (
        contextlib.redirect_stdout(sys.stderr),
        Bar(f"checking step {number} ({readable(size)})", size, plain=True) as progress,
    ):
        for name in commit.files:
            if problem := _problem(path, name, commit, progress):
                problems.append({"file": name, "problem": problem})
    return {
        "step": number,
        "good": not problems,
        "size": size,
        "files": len(commit.files),
        "problems": problems,
    }


def _problem(path: Path, name: str, commit: Commit, progress: Bar) -> str | None:
    try:
        check_file(path / name, name, commit.files[name], progress.add)
        if name == STATE:
            read_state(path, commit)
    except CheckpointError as error:
        return str(error)
    return None


def _tell(step: dict[str, Any]) -> None:
    if step["good"]:
        print(f"step {step['step']}: good ({step['files']} files, {readable(step['size'])})")
        return
    print(f"step {step['step']}: can't be used")
    for problem in step["problems"]:
        print(plain(f"  {problem['problem']}"))
