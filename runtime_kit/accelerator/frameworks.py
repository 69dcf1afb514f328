"""What the installed frameworks are built for, and whether they can use a device."""

from __future__ import annotations

import functools
import re
import sys
import time
from pathlib import Path

from .._os.trusted_imports import find_trusted
from .command import run_python

CAN, CANNOT, CPU_BUILD, GPU_BUILD = (
    "can use it",
    "cannot use it",
    "is a CPU build",
    "is built for GPUs",
)
_PLUGINS = ("jax_cuda12_plugin", "jax_cuda13_plugin", "jax_rocm60_plugin", "jax_rocm7_plugin")

# What each is asked in its own process: was it built for GPUs, can it use one here.
_QUESTIONS = {
    "torch": "f.backends.cuda.is_built(), f.backends.mps.is_available() or works('cuda', 'xpu')",
    "tensorflow": "f.test.is_built_with_gpu_support(), f.config.list_physical_devices('GPU')",
    "jax": "f.default_backend() != 'cpu' or any(map(find, ('jax_cuda12_plugin', "
    "'jax_cuda13_plugin', 'jax_rocm7_plugin'))), f.default_backend() != 'cpu'",
}
# A GPU may be found and no kernel of this build run on it, so one operation is tried.
_PROBE = """
import {0} as f; from importlib.util import find_spec as find
def works(*devices):
    device = next((d for d in devices if hasattr(f, d) and getattr(f, d).is_available()), None)
    return device and (not hasattr(f, "ones") or float((f.ones(9, device=device) * 2).sum()))
built, uses = {1}
print(f.__version__, {2!r} if uses else {3!r} if built else {4!r})
"""


def probe() -> tuple[dict[str, str], str]:
    """Version and answer by framework, and all that they said: asked in a process each, where it
    may hang or take memory.

    Takes seconds: an import of a framework.
    """
    answers: dict[str, str] = {}
    details: list[str] = []
    for name, question in _QUESTIONS.items():
        if not _folder(name):
            continue
        code = _PROBE.format(name, question, CAN, CANNOT, CPU_BUILD)
        quiet = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
        said, _ = run_python(120, "-c", code, environment=quiet)
        # Something may be printed behind it when the process ends.
        told = re.findall(rf"(?m)^\S+ (?:{CAN}|{CANNOT}|{CPU_BUILD})$", said)
        answers[name] = (told or said.splitlines() or [""])[-1]
        details.append(said)
    return answers, "\n".join(details)


def look() -> dict[str, str]:
    """The same from the installed files alone: what a framework is built for. Looked up once a
    minute, since an install may come."""
    return dict(_look(tuple(sys.path), int(time.monotonic() // 60)))


@functools.lru_cache(maxsize=2)
def _look(path: tuple[str, ...], minute: int) -> dict[str, str]:
    found = {}
    for name, is_built in (("torch", _torch), ("tensorflow", _tensorflow), ("jax", _jax)):
        folder = _folder(name)
        if folder is not None:
            built = is_built(folder)
            found[name] = GPU_BUILD if built else CPU_BUILD
    return found


def _torch(folder: Path) -> bool:
    text = _read(folder / "version.py")
    built = re.search(r"^(cuda|hip)\b[^=\n]*= *(?!None)\S", text, re.MULTILINE)
    return sys.platform == "darwin" or built is not None or not text


def _tensorflow(folder: Path) -> bool:
    text = _read(folder / "python/platform/build_info.py")
    return bool(re.search(r"is_(cuda|rocm)_build\W+True", text)) or not text


def _jax(folder: Path) -> bool:
    return any(_folder(name) for name in _PLUGINS) or _folder("libtpu") is not None


def _folder(name: str) -> Path | None:
    """Where a top-level package is installed; it is not imported."""
    spec = find_trusted(name)
    if spec is None:
        return None
    return Path(spec.origin).parent if spec.origin else Path()


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
