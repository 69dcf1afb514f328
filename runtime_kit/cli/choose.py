"""Which step an export means: a number, ``last`` or ``best``."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path

from runtime_kit._os.progress import Bar
from runtime_kit._os.units import readable
from runtime_kit.checkpoint.errors import DamagedStepError, UnknownFormatError
from runtime_kit.checkpoint.read.step_reader import verify_step
from runtime_kit.checkpoint.run_dir.layout import Commit
from runtime_kit.checkpoint.run_dir.retention import best_step
from runtime_kit.checkpoint.run_dir.step_files import read_commit

from .errors import StepGone, UsageError
from .survey import RunSummary, StepSummary, deleted_meanwhile
from .text import plain


def choose_step(
    run: RunSummary, wanted: str, best: tuple[str, str] | None
) -> tuple[StepSummary, Commit]:
    """The step and its COMMIT.json, all bytes checked; :class:`UsageError` where it is not good.

    ``last`` goes back to the newest good step, as a resume does, and says what it passed over.
    """
    if wanted == "last":
        return _last(run)
    step = _best(run, best) if wanted == "best" else _numbered(run, wanted)
    try:
        return step, _checked(step)
    except DamagedStepError as error:
        if deleted_meanwhile(step.path):
            raise StepGone(f"step {step.step} has just been deleted.") from None
        others = [str(other.step) for other in run.good if other.step != step.step]
        advice = (
            f"choose another step: {', '.join(others)}" if others else ("there is no other step")
        )
        raise UsageError(f"Step {step.step} can't be used ({error}); {advice}.") from None


def _last(run: RunSummary) -> tuple[StepSummary, Commit]:
    reasons = []
    for step in reversed(run.steps):
        try:
            commit = _checked(step)
        except DamagedStepError as error:
            if not deleted_meanwhile(step.path):
                reasons.append(f"step {step.step}: {error}")
            continue
        for reason in reasons:
            print(plain(f"runtime_kit: Skipped {reason}"), file=sys.stderr)
        return step, commit
    if not reasons:
        raise StepGone(f"The steps of {run.path} are deleted faster than they can be read.")
    raise UsageError(
        f"No valid checkpoint in {run.path} ({'; '.join(reasons)}). Use a copy, such as a mirror."
    )


def _numbered(run: RunSummary, wanted: str) -> StepSummary:
    have = ", ".join(str(step.step) for step in run.steps)
    if not re.fullmatch("[0-9]{1,18}", wanted):
        raise UsageError(f"{wanted!r} is not a step. Use last, best or one of {have}.")
    for step in run.steps:
        if step.step == int(wanted):
            return step
    raise UsageError(f"{run.path} has no step {int(wanted)}; it has: {have}.")


def _best(run: RunSummary, best: tuple[str, str] | None) -> StepSummary:
    metrics = {step.step: step.about["metrics"] for step in run.good}
    names = sorted({name for values in metrics.values() for name in values})
    logged = f"logged are: {', '.join(names)}" if names else "nothing was logged with run.log()"
    metric, mode, record = run.good[-1].best if run.good else (None, None, None)
    if best is None and metric and mode:
        best = metric, mode
    if best is not None:
        number = best_step(metrics, best)
        if number is None:
            raise UsageError(f"No valid checkpoint has the metric {best[0]!r}; {logged}.")
        return next(step for step in run.good if step.step == number)
    # Runs of older versions note the best value only, not whose it is: the step that has it.
    holders = [
        name for name in names if record in (values.get(name) for values in metrics.values())
    ]
    if record is None or len(holders) != 1:
        raise UsageError(
            f"Which step of {run.path} is the best is not known. Name the metric, "
            f"such as --best {names[0] if names else 'val_loss'}:min; {logged}."
        )
    return next(s for s in run.good if s.about["metrics"].get(holders[0]) == record)


def _checked(step: StepSummary) -> Commit:
    """COMMIT.json of a step whose every byte was compared with it."""
    try:
        size = sum(record.size for record in read_commit(step.path, step.step).files.values())
        text = f"checking step {step.step} ({readable(size)})"
        with contextlib.redirect_stdout(sys.stderr), Bar(text, size, plain=True) as progress:
            return verify_step(Path(step.path), step.step, progress.add)
    except UnknownFormatError as error:
        raise UsageError(str(error)) from None
