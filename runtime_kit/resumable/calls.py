"""One run for each call of a function that makes what it trains."""

from __future__ import annotations

import ast

from .conflicts import calls_of
from .handing_over import first_argument, first_parameter, is_handed_on
from .objects import Unclear
from .plan import Plan, Proposed
from .program import Function, Program, class_of, parameters_of, path_of
from .source import parent_of

RUN_NAME = "run_name"


def call_of_home(plan: Plan) -> ast.Call:
    """The call by which a plan gets to the function that makes its run."""
    for step in plan.training.way():
        if step.function is plan.home and isinstance(step.node, ast.Call):
            return step.node
    raise Unclear("too-complex", plan.training.node)


def name_calls(
    program: Program, plans: list[Plan], failed: list[Unclear], lost: set[tuple[int, int]]
) -> list[Plan]:
    """Give each call of a function that several places call the name of its run; without plans
    whose function is also called where nothing is planned."""
    homes = {id(plan.home): plan.home for plan in plans if plan.by_call and plan.home is not None}
    for home in homes.values():
        group = [plan for plan in plans if plan.by_call and plan.home is home]
        try:
            _name_group(program, home, group)
        except Unclear as error:
            failed.append(error)
            for plan in group:
                lost |= calls_of(plan.training)
            plans = [plan for plan in plans if plan not in group]
    return plans


def _name_group(program: Program, home: Function, group: list[Plan]) -> None:
    calls = [call_of_home(plan) for plan in group]
    first = group[0]
    same = all(p.tracked.roles == first.tracked.roles and p.fields == first.fields for p in group)
    all_known = {id(call) for call in calls} == {id(call) for call in program.calls_of(home)}
    if not (same and all_known and len({id(call) for call in calls}) == len(calls)):
        raise Unclear("called-often", calls[0], name=home.name)
    if class_of(home) is not None or len(program.definitions(home.name)) > 1:
        raise Unclear("called-often", calls[0], name=home.name)
    if is_handed_on(program, home):
        raise Unclear("callback", calls[0], name=home.name)
    name = program.free_name(RUN_NAME)
    for plan, call, label in zip(group, calls, _labels(home, calls), strict=True):
        plan.label = label
        plan.fields = [name, *plan.fields]
        plan.edits += name_edits(home, call, f'"{label}"', name)


def name_edits(home: Function, call: ast.Call, value: str, name: str) -> list[Proposed]:
    """The edits that hand a run's name to the function that makes the run."""
    argument, parameter = first_argument(call, value), first_parameter(home, name)
    values = {"function": home.name}
    return [
        Proposed(argument, "name-call", values, needed=True, line=call.lineno),
        Proposed(parameter, "name-parameter", needed=True, line=home.lineno),
    ]


def _labels(home: Function, calls: list[ast.Call]) -> list[str]:
    """A name for each call: that of its result, or of an argument that tells it from the others,
    or its number."""
    found = [_target(call) for call in calls]
    if None in found or len(set(found)) < len(found):
        by_argument = [
            [_given(call, place, name) for call in calls]
            for place, name in enumerate(parameters_of(home))
        ]
        found = next(
            (given for given in by_argument if None not in given and len(set(given)) == len(calls)),
            [str(number) for number, _ in enumerate(calls, 1)],
        )
    return [label or "" for label in found]


def _target(call: ast.Call) -> str | None:
    """`underfit` of `underfit = train(...)`."""
    parent = parent_of(call)
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        return parent.targets[0].id
    return None


def _given(call: ast.Call, place: int, name: str) -> str | None:
    """The argument for a parameter, where it is a name or a constant that a folder can have."""
    given: ast.expr | None = call.args[place] if place < len(call.args) else None
    given = next((k.value for k in call.keywords if k.arg == name), given)
    path = path_of(given) if given is not None else None
    if path is not None:
        return "-".join(path)
    if isinstance(given, ast.Constant) and isinstance(given.value, (int, str)):
        text = str(given.value)
        return text if text.replace("_", "").replace("-", "").isalnum() else None
    return None
