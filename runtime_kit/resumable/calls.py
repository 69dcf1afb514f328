"""One run for each call of a function that makes what it trains."""

from __future__ import annotations

import ast

from .conflicts import calls_of
from .handing_over import first_argument, first_parameter
from .objects import Unclear
from .plan import Plan, Proposed
from .program import Function, Program, class_of, parameters_of, path_of
from .source import parent_of

RUN_NAME = "run_name"


def calls_to_home(plan: Plan, first: Function | None) -> list[ast.Call]:
    """The calls by which a plan gets from that of the function `first` to the one that makes its
    run."""
    found: list[ast.Call] = []
    for step in plan.training.way():
        if isinstance(step.node, ast.Call) and (found or step.function is first):
            found.append(step.node)
        if found and step.function is plan.home:
            return found
    raise Unclear("too-complex", plan.training.node)


def name_calls(
    program: Program, plans: list[Plan], failed: list[Unclear], lost: set[tuple[int, int]]
) -> list[Plan]:
    """Give each call of a function that several places call the name of its run; without plans
    whose function is also called where nothing is planned."""
    called = {id(plan.by_call): plan.by_call for plan in plans if plan.by_call is not None}
    for function in called.values():
        group = [plan for plan in plans if plan.by_call is function]
        try:
            _name_group(program, function, group)
        except Unclear as error:
            failed.append(error)
            for plan in group:
                lost |= calls_of(plan.training)
            plans = [plan for plan in plans if plan not in group]
    return plans


def _name_group(program: Program, function: Function, group: list[Plan]) -> None:
    first = group[0]
    ways = [calls_to_home(plan, function) for plan in group]
    calls = [way[0] for way in ways]
    same = all(
        plan.home is first.home
        and plan.tracked.roles == first.tracked.roles
        and plan.fields == first.fields
        and way[1:] == ways[0][1:]
        for plan, way in zip(group, ways, strict=True)
    )
    all_known = {id(call) for call in calls} == {id(call) for call in program.calls_of(function)}
    if not (same and all_known and len({id(call) for call in calls}) == len(calls)):
        raise Unclear("called-often", calls[0], name=function.name)
    passed = [(call, program.function_called(call)) for call in ways[0]]
    for call, to in passed:
        if to is None or class_of(to) is not None or len(program.definitions(to.name)) > 1:
            raise Unclear("called-often", call, name=function.name)
    name = program.free_name(RUN_NAME)
    for plan, call, label in zip(group, calls, _labels(function, calls), strict=True):
        plan.label = label
        plan.fields = [name, *plan.fields]
        plan.edits += name_edits(function, call, f'"{label}"', name)
        for inner, to in passed[1:]:
            assert to is not None
            plan.edits += name_edits(to, inner, name, name)


def name_edits(home: Function, call: ast.Call, value: str, name: str) -> list[Proposed]:
    """The edits that hand a run's name to the function that makes the run."""
    argument, parameter = first_argument(call, value), first_parameter(home, name)
    values = {"function": home.name}
    return [
        Proposed(argument, "name-call", values, needed=True, line=call.lineno),
        Proposed(parameter, "name-parameter", needed=True, line=home.lineno),
    ]


def _labels(function: Function, calls: list[ast.Call]) -> list[str]:
    """A name for each call: that of its result, or of an argument that tells it from the others,
    or its number."""
    found = [_target(call) for call in calls]
    if None in found or len(set(found)) < len(found):
        by_argument = [
            [_given(call, place, name) for call in calls]
            for place, name in enumerate(parameters_of(function))
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
