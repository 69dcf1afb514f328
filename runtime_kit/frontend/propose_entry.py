"""Reads the notebook's code in its kernel and proposes edits.

Carried to kernels by the front end, behind `training_objects.py` and with the files of
`runtime_kit/resumable/`, so that it works where the package is missing or another version. It looks
at the user's variables; none of their code runs.
"""

import importlib
import json
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .training_objects import find_objects, is_importable, with_held

_PACKAGE = "_runtime_kit_resumable"


def propose_edits(
    sources: dict[str, str], cells: list[list[str]], name: str, beside: bool = False
) -> str:
    """JSON of the proposal for code cells, given as (id, source) in order, and of `installed`:
    whether the kernel can import what the edits import.

    `sources` are texts by module name, in an order in which each needs only those in front of it.
    `beside`: a cell runs meanwhile, in the main shell.
    """
    if beside:
        # Of telemetry/publish.py, which is carried in front then: a room above this one.
        carried = globals()
        carried["publish_busy"](carried["current_request"]())  # what made the subshell said idle
        carried["hide_idle"]()
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    namespace = shell.user_ns if shell else {}
    _load(sources)
    try:
        proposal = sys.modules[f"{_PACKAGE}.proposal"]
        found = proposal.propose(
            [(key, source) for key, source in cells],
            name=name,
            facts=_facts(namespace),
            taken=_taken(name),
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


def _taken(name: str) -> dict[str, str]:
    """Runs of other notebooks where this kernel's runs go. Nothing stays imported for it: the user
    may install another version yet."""
    known = {key for key in sys.modules if key.partition(".")[0] == "runtime_kit"}
    try:
        folder = importlib.import_module("runtime_kit.platform").runs_folder()
        runs = sys.modules[f"{_PACKAGE}.other_runs"]
        prefix = sys.modules[f"{_PACKAGE}.proposal"].run_name(name)
        found: dict[str, str] = runs.runs_of_others(folder, f"{name}.ipynb", prefix)
    except (ImportError, AttributeError, OSError):
        return {}
    finally:
        for key in list(sys.modules):
            if key.partition(".")[0] == "runtime_kit" and key not in known:
                del sys.modules[key]
    return found


def _facts(namespace: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The kinds of the user's objects, and which modules hold an optimizer's parameters."""
    found = with_held(find_objects(namespace, 50), namespace)
    return {item["name"]: item for item in found}
