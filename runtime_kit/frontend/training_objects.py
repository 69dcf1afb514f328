"""Which objects of the user's namespace a checkpoint could hold.

Carried to kernels by the front end. It only looks: nothing is imported, and no code of
the user's objects or their classes runs, not even a property or a metaclass's method.
"""

import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

# Kind, module and class. All of these are there once `import torch` is done, except
# what the user has not imported and thus has no objects of.
_CLASSES = (
    ("Module", "torch.nn.modules.module", "Module"),
    ("Optimizer", "torch.optim.optimizer", "Optimizer"),
    ("LRScheduler", "torch.optim.lr_scheduler", "LRScheduler"),
    ("GradScaler", "torch.amp.grad_scaler", "GradScaler"),
    ("DataLoader", "torch.utils.data.dataloader", "DataLoader"),
)
# The function of an engine's cell in which the class of its runs is defined.
_ENGINE = "make_checkpoint_engine."
# IPython's own names in the user's namespace.
_HIDDEN = frozenset({"In", "Out", "exit", "quit", "open", "get_ipython"})
_PARAMETER = re.compile(r"^(\w+) = .*#\s*@param\b", re.MULTILINE)
# Past a metaclass of the user's that looks up attributes in its own way.
_mro_of = type.__dict__["__mro__"].__get__
_name_of = type.__dict__["__name__"].__get__


def report(limit: int = 50, names: Sequence[str] = (), parameters: Sequence[str] = ()) -> str:
    """The report as JSON.

    :param names: names that new cells would bind.
    :param parameters: names of their `@param` lines. What such a line has set before is no
        value of the user's own.

    `objects`: `{"name", "kind", "type"}` in the order in which the names were bound, of
    each kind the last `limit`; for an optimizer also `holds`, the modules whose parameters
    it holds. `taken`: those of `names` and `parameters` that hold something of the user's.
    `runtime_kit`: whether it can be imported. `python` and `ipython`: their versions, `ipython`
    null where there is none.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    namespace = shell.user_ns if shell else {}
    return json.dumps(
        {
            "objects": with_held(find_objects(namespace, limit), namespace),
            "taken": taken_names(shell, names, parameters),
            "runtime_kit": is_importable("runtime_kit"),
            "python": sys.version.split()[0],
            "ipython": ipython.__version__ if ipython else None,
        }
    )


def find_objects(namespace: Mapping[str, Any], limit: int) -> list[dict[str, str]]:
    """The objects of the kinds above; names with `_` in front are left out."""
    kinds = dict(_known_classes())
    if not kinds:
        return []
    found: dict[str, list[tuple[int, str, type]]] = {kind: [] for kind in kinds.values()}
    # Classes by identity: one of the user's may have a `__hash__` and an `__eq__`.
    others: set[int] = set()
    # A copy, because threads of the user's may bind names meanwhile.
    for position, (name, value) in enumerate(list(namespace.items())):
        cls = type(value)
        if id(cls) in others:
            continue
        kind = next((kinds[id(base)] for base in _mro_of(cls) if id(base) in kinds), None)
        if kind is None:
            others.add(id(cls))
        elif type(name) is str and not name.startswith("_") and name not in _HIDDEN:
            found[kind].append((position, name, cls))
    entries = [
        (position, {"name": name, "kind": kind, "type": _name_of(cls)})
        for kind, objects in found.items()
        for position, name, cls in objects[-limit:]
    ]
    return [entry for _, entry in sorted(entries, key=lambda pair: pair[0])]


def with_held(objects: list[dict[str, str]], namespace: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects, each optimizer with the names of the modules whose parameters it holds. Which
    these are is told by identity, from the objects' own dicts: their methods are the user's."""
    modules = {
        item["name"]: {id(parameter) for parameter in _parameters(namespace[item["name"]], set())}
        for item in objects
        if item["kind"] == "Module" and item["name"] in namespace
    }
    found: list[dict[str, Any]] = []
    for item in objects:
        if item["kind"] != "Optimizer" or item["name"] not in namespace:
            found.append(item)
            continue
        groups = _attributes(namespace[item["name"]]).get("param_groups", [])
        held = {id(parameter) for group in groups for parameter in group["params"]}
        found.append({**item, "holds": [name for name, ids in modules.items() if ids & held]})
    return found


def _parameters(module: Any, seen: set[int]) -> Iterator[Any]:
    if id(module) in seen:
        return
    seen.add(id(module))
    attributes = _attributes(module)
    yield from (p for p in attributes.get("_parameters", {}).values() if p is not None)
    for child in attributes.get("_modules", {}).values():
        if child is not None:
            yield from _parameters(child, seen)


def _attributes(value: Any) -> dict[str, Any]:
    """An object's own attributes, past a `__getattribute__` of the user's."""
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}


def is_ours(value: Any) -> bool:
    """Whether a value was made by a cell of this kit's: a function, a class, a run."""
    cls = type(value)
    if issubclass(cls, (type, FunctionType)):
        return True
    name = type.__dict__["__qualname__"].__get__(cls)
    module = type.__getattribute__(cls, "__module__")
    return name.startswith(_ENGINE) or str(module).split(".")[0] == "runtime_kit"


def taken_names(shell: Any, names: Sequence[str], parameters: Sequence[str]) -> list[str]:
    """Those of the names and parameters of new cells that hold something of the user's."""
    namespace = shell.user_ns if shell else {}
    held = [name for name in names if name in namespace and not is_ours(namespace[name])]
    set_by_forms = _set_by_forms(shell)
    return held + [name for name in parameters if name in namespace and name not in set_by_forms]


def _set_by_forms(shell: Any) -> set[str]:
    """The names that `@param` lines of cells have set that this kernel ran."""
    history = getattr(shell, "history_manager", None)
    inputs = getattr(history, "input_hist_raw", [])
    return {name for source in inputs for name in _PARAMETER.findall(source)}


def is_importable(name: str) -> bool:
    """Whether a top-level module is there to import; it is not imported."""
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _known_classes() -> Iterator[tuple[int, str]]:
    for kind, module, name in _CLASSES:
        cls = vars(sys.modules[module]).get(name) if module in sys.modules else None
        if isinstance(cls, type):
            yield id(cls), kind
