"""Names of runs: after the notebook, the model, the function, and apart from other notebooks'."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from .plan import Plan


def run_name(title: str) -> str:
    """A name for a run's folder, from that of a notebook."""
    text = unicodedata.normalize("NFC", title).strip()
    text = re.sub(r"[^\w.-]+", "-", text).strip("-.")
    return text[:60].rstrip("-.") or "training"


def name_runs(plans: list[Plan], name: str, taken: Mapping[str, str]) -> list[dict[str, str]]:
    """Give each run a name of its own, after its model where that tells them apart. Calls of one
    function share one, since each adds its own.

    :returns: names that are taken: `name`, the `notebook` that has it, and the `own` one.
    """
    groups: dict[int, list[Plan]] = {}
    for plan in plans:
        groups.setdefault(id(plan.by_call or plan), []).append(plan)
    hints = [_hint(group[0]) for group in groups.values()]
    functions = [group[0].home.name if group[0].home else "" for group in groups.values()]
    # The turn 2 of one loop is no second run.
    second = "-training" if any(plan.fields for plan in plans) else "-"
    used: set[str] = set()
    told: list[dict[str, str]] = []
    for group, hint in zip(groups.values(), hints, strict=True):
        function = group[0].home.name if group[0].home is not None else ""
        if hints.count(hint) > 1:
            hint = function if functions.count(function) == 1 else ""
        own = f"{name}-{hint}" if hint and len(groups) > 1 else name
        wanted, count = own, 2
        other = _taken_by(own, group[0], taken)
        while own in used or _taken_by(own, group[0], taken):
            own, count = f"{wanted}{second}{count}", count + 1
        used.add(own)
        for plan in group:
            plan.name = own
        if other is not None:
            told.append({"name": wanted, "notebook": other, "own": own})
    return told


def _taken_by(own: str, plan: Plan, taken: Mapping[str, str]) -> str | None:
    """The other notebook that has a run of this name, or of one that begins with it where each turn
    or call adds its own."""
    if not plan.fields:
        return taken.get(own)
    return next((saved_by for run, saved_by in taken.items() if run.startswith(f"{own}-")), None)


def _hint(plan: Plan) -> str:
    if plan.by_call is not None:
        return plan.by_call.name
    return next(iter(plan.tracked.roles.values())).replace(".", "-")
