"""Reads the notebook's code in its kernel and proposes edits.

Carried to kernels by the front end, behind `training_objects.py` and with the files of
`runtime_kit/resumable/`, so that it works where the package is missing or another version. It looks
at the user's variables; none of their code runs.
"""

import json
import sys
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .training_objects import find_objects, is_importable

_PACKAGE = "_runtime_kit_resumable"


def propose_edits(sources: dict[str, str], cells: list[list[str]], name: str) -> str:
    """JSON of the proposal for code cells, given as (id, source) in order, and of `installed`:
    whether the kernel can import what the edits import.

    `sources` are texts by module name, in an order in which each needs only those in front of it.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    namespace = shell.user_ns if shell else {}
    _load(sources)
    try:
        proposal = sys.modules[f"{_PACKAGE}.proposal"]
        found = proposal.propose(
            [(key, source) for key, source in cells], name=name, facts=_facts(namespace)
        )
    finally:
        for key in [key for key in sys.modules if key.partition(".")[0] == _PACKAGE]:
            del sys.modules[key]
    return json.dumps({**found, "installed": is_importable("runtime_kit")})


def _load(sources: dict[str, str]) -> None:
    """Make the modules under a name of their own; `import runtime_kit` stays what it was."""
    package = types.ModuleType(_PACKAGE)
    package.__path__ = []
    sys.modules[_PACKAGE] = package
    for name, source in sources.items():
        module = types.ModuleType(f"{_PACKAGE}.{name}")
        module.__package__ = _PACKAGE
        sys.modules[module.__name__] = module
        exec(compile(source, f"<{module.__name__}>", "exec", 0, True), vars(module))


def _facts(namespace: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The kinds of the user's objects, and which modules hold an optimizer's parameters."""
    found = find_objects(namespace, 50)
    facts: dict[str, dict[str, Any]] = {item["name"]: {"kind": item["kind"]} for item in found}
    modules = {
        name: {id(parameter) for parameter in _parameters(namespace[name], set())}
        for name, fact in facts.items()
        if fact["kind"] == "Module" and name in namespace
    }
    for name, fact in facts.items():
        if fact["kind"] == "Optimizer" and name in namespace:
            groups = vars(namespace[name]).get("param_groups", [])
            held = {id(parameter) for group in groups for parameter in group["params"]}
            fact["holds"] = [key for key, ids in modules.items() if ids & held]
    return facts


def _parameters(module: Any, seen: set[int]) -> Iterator[Any]:
    """A module's parameters, read from its own dicts: `parameters()` may be the user's."""
    if id(module) in seen or not hasattr(type(module), "__dict__"):
        return
    seen.add(id(module))
    attributes = vars(module)
    yield from (p for p in attributes.get("_parameters", {}).values() if p is not None)
    for child in attributes.get("_modules", {}).values():
        if child is not None:
            yield from _parameters(child, seen)
