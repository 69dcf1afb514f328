"""Functions that several trainings run."""

from __future__ import annotations

from .nest import Step
from .plan import Plan


def calls_of(step: Step) -> set[tuple[int, int]]:
    """The functions that run on the way to a step and in it, each with the call that runs it."""
    steps = (*step.way(), *step.walk())
    return {(id(s.function), id(s)) for s in steps if s.function is not None}


def without_conflicts(plans: list[Plan], lost: set[tuple[int, int]]) -> list[Plan]:
    """Without those that would edit a function which a training that stays as it is calls too: it
    would run without its run."""
    while True:
        kept = [
            plan
            for plan in plans
            if not any(
                function == other and call != call2
                for function, call in plan.calls
                for other, call2 in lost
            )
        ]
        if len(kept) == len(plans):
            return plans
        for plan in plans:
            if plan not in kept:
                lost = lost | plan.calls
        plans = kept
