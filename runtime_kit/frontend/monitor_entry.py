"""Calls the monitor of this kernel: that of the installed package, or the carried one.

Carried to kernels by the front end with each question. The files of the monitor themselves are
carried once, to a kernel that has neither the package nor the files yet.
"""

import importlib
import importlib.util
import json
import sys
import types
from typing import Any

PACKAGE = "_runtime_kit_carried"


def ask(
    function: str,
    arguments: list[Any],
    protocol: int,
    digest: str,
    sources: dict[str, str] | None = None,
) -> str:
    """JSON of what `telemetry.link.<function>` answers.

    `{"missing": true}` where the files have to be sent; `sources` are their texts by module name,
    in an order in which each needs only those in front of it. `digest` tells versions apart.
    """
    package = _find(protocol, digest)
    if package is None and sources is None:
        return json.dumps({"missing": True})
    if package is None:
        package = _carry(digest, sources or {})
    link = importlib.import_module(f"{package}.telemetry.link")
    return json.dumps(getattr(link, function)(*arguments))


def _find(protocol: int, digest: str) -> str | None:
    """The package that speaks the front end's protocol and is there already."""
    carried = sys.modules.get(PACKAGE)
    if carried is not None:
        return PACKAGE if getattr(carried, "DIGEST", None) == digest else None
    try:
        if importlib.util.find_spec("runtime_kit.telemetry") is None:
            return None
        telemetry = importlib.import_module("runtime_kit.telemetry")
    except Exception:  # whatever is wrong with what is installed: the carried one works
        return None
    return "runtime_kit" if getattr(telemetry, "PROTOCOL", None) == protocol else None


def _carry(digest: str, sources: dict[str, str]) -> str:
    """Make the modules under a name of their own; `import runtime_kit` stays what it was."""
    old = sys.modules.get(f"{PACKAGE}.telemetry.link")
    if old is not None:
        old.close()
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    root = _module(PACKAGE, is_package=True)
    try:
        for name, source in sources.items():
            parts = name.split(".")
            for count in range(1, len(parts)):
                parent = ".".join([PACKAGE, *parts[:count]])
                if parent not in sys.modules:
                    _module(parent, is_package=True)
            packages = (other.rpartition(".")[0] for other in sources)
            module = _module(f"{PACKAGE}.{name}", is_package=name in packages)
            code = compile(source, f"<{PACKAGE}.{name}>", "exec", 0, True)
            exec(code, vars(module))
    except BaseException:
        sys.modules.pop(PACKAGE, None)
        raise
    root.DIGEST = digest  # type: ignore[attr-defined]
    return PACKAGE


def _module(name: str, *, is_package: bool) -> types.ModuleType:
    module = types.ModuleType(name)
    parent, _, last = name.rpartition(".")
    module.__package__ = name if is_package else parent
    if is_package:
        module.__path__ = []
    sys.modules[name] = module
    if parent:
        setattr(sys.modules[parent], last, module)
    return module
