"""Looks at runs and their steps without writing anything: no lock, no tidying up."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime_kit._os.files import explain
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.loop.metrics import best_of
from runtime_kit.checkpoint.run_dir.layout import COMMIT, list_run
from runtime_kit.checkpoint.run_dir.step_files import look_at_step, step_summary

from .errors import ATTEMPTS, UsageError


@dataclass(frozen=True)
class StepSummary:
    """One step. ``problem`` is why it cannot be used (None: it seems good). ``about`` has epoch,
    batch, time and metrics, ``best`` what the run watches: metric, mode and the best value so far;
    ``size`` is in bytes, files shared with older steps included."""

    step: int
    path: Path
    problem: str | None = None
    size: int = 0
    about: dict[str, Any] = field(default_factory=dict)
    best: tuple[str | None, str | None, float | None] = (None, None, None)


@dataclass(frozen=True)
class RunSummary:
    """One run; ``steps`` are in ascending order."""

    path: Path
    steps: list[StepSummary]

    @property
    def good(self) -> list[StepSummary]:
        return [step for step in self.steps if step.problem is None]

    @property
    def damaged(self) -> list[StepSummary]:
        return [step for step in self.steps if step.problem is not None]


def look_at_run(path: Path) -> RunSummary:
    """COMMIT.json, state.json and the sizes of all files of each step; no payload is read."""
    for _ in range(ATTEMPTS):
        steps = steps_of(path)
        found = [_look_at_step(steps[number], number) for number in sorted(steps)]
        left = [step for step in found if not deleted_meanwhile(step.path)]
        if left or not steps:
            break
    return RunSummary(path, left)


def deleted_meanwhile(step: Path) -> bool:
    """A training that goes on deletes old steps while somebody looks: that is no damage. Where a
    step cannot be renamed out of sight, its COMMIT.json goes first, and then the rest."""
    return step.name not in (path.name for path in steps_of(step.parent).values())


def find_runs(folder: Path) -> list[Path]:
    """The folders of runs in a folder, by name; the folder itself where it is a run."""
    names = _names(folder)
    if steps_of(folder):
        return [folder]
    return [folder / name for name in names if not name.startswith(".") and _is_run(folder / name)]


def open_run(folder: Path) -> RunSummary:
    """The run in ``folder``; :class:`UsageError` when there is none."""
    _names(folder)
    run = look_at_run(folder)
    if run.steps:
        return run
    inside = [path.name for path in find_runs(folder) if path != folder]
    if inside:
        raise UsageError(
            f"{folder} is not a run, but has the runs {', '.join(inside)}. Pass one "
            f"of them, such as {folder / inside[0]}."
        )
    if (folder / COMMIT).exists():
        raise UsageError(f"{folder} is a step of a run. Pass {folder.resolve().parent}.")
    raise UsageError(
        f"{folder} has no checkpoints. Pass the folder of a run, which has step-* in it."
    )


def steps_of(run: Path) -> dict[int, Path]:
    """Step folders by number; :class:`UsageError` where the folder cannot be listed."""
    try:
        return list_run(run).steps
    except NotADirectoryError:
        raise UsageError(f"{run} is a file. Pass the folder of a run.") from None
    except OSError as error:
        raise UsageError(f"{explain(error, run)}.") from None


def _is_run(folder: Path) -> bool:
    """False also where the folder cannot be listed: it may be none of ours."""
    try:
        return folder.is_dir() and bool(list_run(folder).steps)
    except OSError:
        return False


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        raise UsageError(f"Folder {folder} not found. Check the path.") from None
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file. Pass the folder of the runs.") from None
    except OSError as error:
        raise UsageError(f"{explain(error, folder)}.") from None


def _look_at_step(path: Path, number: int) -> StepSummary:
    try:
        commit, state = look_at_step(path, number)
        size = sum(record.size for record in commit.files.values())
        return StepSummary(number, path, None, size, step_summary(state), best_of(state))
    except CheckpointError as error:
        return StepSummary(number, path, str(error))
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        return StepSummary(number, path, f"state.json can't be parsed ({error})")
