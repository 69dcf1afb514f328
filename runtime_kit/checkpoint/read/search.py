"""Finds the newest good step in the places a run may be."""

from __future__ import annotations

import logging
from pathlib import Path

from runtime_kit._os.progress import Bar
from runtime_kit._os.units import readable
from runtime_kit.checkpoint.errors import CheckpointError, DamagedStepError, NoValidCheckpointError
from runtime_kit.checkpoint.run_dir.layout import STATE, list_run
from runtime_kit.checkpoint.run_dir.step_files import (
    check_sizes,
    read_commit,
    reading,
    step_summary,
)

from .restored import Checkpoint, Restored, Skipped
from .step_reader import read_step

logger = logging.getLogger(__name__)


def find_good_step(places: list[Path], step: int | None, run: str) -> Restored | None:
    """Newest to oldest, in each place in turn; the first whole one, with what was skipped."""
    found: dict[int, list[Path]] = {}
    unreachable: list[OSError] = []
    for place in places:
        try:
            for number, path in list_run(place).steps.items():
                found.setdefault(number, []).append(path)
        except OSError as error:
            unreachable.append(error)
    if not found and unreachable:
        raise CheckpointError(
            f"Can't read {places[0]} ({unreachable[0].strerror}), so existing "
            "checkpoints may be hidden. Not starting over: remount it."
        ) from unreachable[0]
    if step is not None:
        if step not in found:
            have = ", ".join(str(number) for number in sorted(found)) or "none"
            raise CheckpointError(f"Run {run!r} has no step {step}; it has: {have}.")
        found = {step: found[step]}
    skipped: list[Skipped] = []
    for number in sorted(found, reverse=True):
        for path in found[number]:
            try:
                return _read(path, number, skipped)
            except DamagedStepError as error:
                logger.debug("skipped %s: %s", path, error)
                skipped.append(Skipped(number, path, error))
    if not found:
        return None
    reasons = "; ".join(f"step {s.step}: {s.error.reason}" for s in skipped)
    raise NoValidCheckpointError(
        f"No valid checkpoint in {places[0]} ({reasons}). Not starting over, so that "
        "nothing is overwritten. Restore a backup, or use a new run name."
    )


def restored_at(path: Path, number: int, skipped: list[Skipped]) -> Restored:
    """A step that process 0 has found and checked, for the other ones."""
    content = read_step(path, number, check_spread=False)
    size = sum(record.size for record in content.commit.files.values())
    checkpoint = Checkpoint(step=number, path=path, size=size, **step_summary(content.state))
    return Restored(checkpoint, content, skipped)


def _read(path: Path, number: int, skipped: list[Skipped]) -> Restored:
    commit = read_commit(path, number)
    check_sizes(path, commit)
    total = sum(record.size for record in commit.files.values())
    with Bar(f"reading step {number} ({readable(total)})", total, plain=True) as progress:
        content = read_step(path, number, progress.add)
    with reading(STATE):
        checkpoint = Checkpoint(step=number, path=path, size=total, **step_summary(content.state))
        restored = Restored(checkpoint, content, list(skipped))
        if not restored.spread:
            # What cannot be decoded is found out now, not half-way.
            _ = restored.state, restored.variables(content.state.get("variables"))
    return restored
