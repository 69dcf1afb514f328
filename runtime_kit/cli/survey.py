"""Looks at runs and their steps without writing anything: no lock, no tidying up."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint.about import about
from runtime_kit.checkpoint.errors import DamagedStepError, UnknownFormatError
from runtime_kit.checkpoint.files import explain
from runtime_kit.checkpoint.layout import Commit, list_run
from runtime_kit.checkpoint.step_reader import check_sizes, read_commit, read_state


class UsageError(Exception):
    """What was asked for cannot be done; one line that names the thing and the way out."""


@dataclass(frozen=True)
class StepSummary:
    """One step. ``problem`` is why it cannot be used (None: it seems good). ``about`` has epoch,
    batch, time and metrics; ``size`` is in bytes, files shared with older steps included."""

    step: int
    path: Path
    problem: str | None = None
    size: int = 0
    about: dict[str, Any] = field(default_factory=dict)
    commit: Commit | None = None


@dataclass(frozen=True)
class RunSummary:
    """One run; ``steps`` are in ascending order."""

    path: Path
    steps: list[StepSummary]

    @property
    def newest(self) -> StepSummary | None:
        """The newest step that seems good."""
        return next((step for step in reversed(self.steps) if step.problem is None), None)

    @property
    def damaged(self) -> list[StepSummary]:
        return [step for step in self.steps if step.problem is not None]


def look_at_run(path: Path) -> RunSummary:
    """COMMIT.json, state.json and the sizes of all files of each step; no payload is read."""
    steps = list_run(path).steps
    return RunSummary(path, [_look_at_step(steps[number], number) for number in sorted(steps)])


def find_runs(folder: Path) -> list[RunSummary]:
    """The runs in a folder, by name; the folder itself where it is a run."""
    entries = _entries(folder)
    if list_run(folder).steps:
        return [look_at_run(folder)]
    runs = []
    for path in entries:
        if path.name.startswith(".") or not path.is_dir():
            continue
        summary = look_at_run(path)
        if summary.steps:
            runs.append(summary)
    return runs


def _entries(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in sorted(os.listdir(folder))]
    except FileNotFoundError:
        raise UsageError(f"there is no folder {folder}: check the path.") from None
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file, no folder: give the folder of the runs.") from None
    except OSError as error:
        raise UsageError(f"{explain(error, folder)}.") from None


def _look_at_step(path: Path, number: int) -> StepSummary:
    try:
        commit = read_commit(path, number)
        size = sum(record.size for record in commit.files.values())
        check_sizes(path, commit)
        return StepSummary(number, path, None, size, about(read_state(path, commit)), commit)
    except (DamagedStepError, UnknownFormatError) as error:
        return StepSummary(number, path, str(error))
