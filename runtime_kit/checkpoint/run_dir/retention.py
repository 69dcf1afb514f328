"""Which steps stay. Never the last one, and never a file that another step needs."""

from __future__ import annotations

from collections.abc import Mapping

from runtime_kit.checkpoint.errors import CheckpointError

from .layout import Commit


def check_options(keep: int, best: tuple[str, str] | None) -> None:
    """:class:`CheckpointError` for what would keep nothing, or by nothing that is known."""
    if keep < 1:
        raise CheckpointError(f"keep={keep}: use at least 1.")
    if best is not None and (len(best) != 2 or best[1] not in ("min", "max")):
        raise CheckpointError(f'best={best!r}: use a pair such as ("val_loss", "min").')


def steps_to_keep(good: Mapping[int, Commit], keep: int, best: int | None) -> set[int]:
    """Numbers that stay out of ``good``, the steps known to be whole.

    The newest ``keep`` steps, the best one, the steps whose files those refer to, and, with
    ``keep`` >= 2, the newest step that shares no file with the newest of all: one bad sector in a
    shared file must not take every step with it.
    """
    newest_first = sorted(good, reverse=True)
    kept = set(newest_first[: max(keep, 1)])
    if best is not None and best in good:
        kept.add(best)
    if keep >= 2 and newest_first:
        independent = newest_independent(good)
        if independent is not None:
            kept.add(independent)
    for step in list(kept):
        kept |= good[step].references()
    return kept


def newest_independent(good: Mapping[int, Commit]) -> int | None:
    """The newest step that has no file in common with the newest step."""
    newest_first = sorted(good, reverse=True)
    if not newest_first:
        return None
    used = good[newest_first[0]].references() | {newest_first[0]}
    for step in newest_first[1:]:
        if not (good[step].references() | {step}) & used:
            return step
    return None


def best_step(
    metrics: Mapping[int, Mapping[str, float]], best: tuple[str, str] | None
) -> int | None:
    """The step with the best value of the metric; the older one of equals, none for NaN only."""
    if best is None:
        return None
    name, mode = best
    sign = 1 if mode == "min" else -1
    candidates = [
        (sign * values[name], step)
        for step, values in metrics.items()
        if name in values and values[name] == values[name]
    ]
    return min(candidates)[1] if candidates else None
