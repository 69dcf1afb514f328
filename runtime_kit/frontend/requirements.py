"""What of the packages, programs and devices that snippets need is there.

Carried to kernels by the front end. It only looks: nothing is imported, run or asked over
the network.
"""

import glob
import importlib.machinery
import importlib.util
import json
import platform
import shutil
import sys
import types


def report(requirements: list[str], platform_source: str) -> str:
    """Those of the requirements that are met, and the id of the platform, as JSON.

    ``platform_source`` is the text of ``runtime_kit/platform.py``.
    """
    here = platform_id(platform_source)
    met = [text for text in requirements if is_met(text, here)]
    return json.dumps({"met": met, "platform": here})


def is_met(requirement: str, here: str) -> bool:
    kind, _, name = requirement.partition(":")
    if kind == "package":
        return has_package(name)
    if kind == "tool":
        return shutil.which(name) is not None
    if kind == "gpu":
        return has_gpu()
    return kind == "platform" and name == here


def has_package(name: str) -> bool:
    """Whether a module is there to import; neither it nor its parents are imported."""
    path = None
    parts = name.split(".")
    try:
        for end in range(1, len(parts) + 1):
            full = ".".join(parts[:end])
            if full in sys.modules:
                path = getattr(sys.modules[full], "__path__", None)
            elif end == 1:
                spec = importlib.util.find_spec(full)
                if spec is None:
                    return False
                path = spec.submodule_search_locations
            else:
                spec = importlib.machinery.PathFinder.find_spec(full, path)
                if path is None or spec is None:
                    return False
                path = spec.submodule_search_locations
    except (ImportError, ValueError, AttributeError):
        return False
    return True


def has_gpu() -> bool:
    """Whether a GPU's device is there; whether it works is for `gpu-check` to say."""
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    devices = ("/dev/nvidia[0-9]*", "/dev/kfd", "/dev/dxg")
    if platform.system() == "Windows":
        return shutil.which("nvidia-smi") is not None
    return any(glob.glob(pattern) for pattern in devices)


def platform_id(source: str) -> str:
    """Dataclasses look their module up, so the source gets one for a moment."""
    name = f"{__name__}_platform"
    module = types.ModuleType(name)
    sys.modules[name] = module
    try:
        exec(compile(source, f"<{name}>", "exec", 0, True), module.__dict__)
        return str(module.detect().id)
    finally:
        del sys.modules[name]
