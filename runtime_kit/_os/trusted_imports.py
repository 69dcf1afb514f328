"""Import on the user's behalf without running what lies beside the notebook.

IPython looks modules up in the working directory too, so that a file ``pynvml.py`` next to a
notebook would run as soon as the notebook is opened. What we import without the user's asking
comes from the environment: the standard library, its ``site-packages``, what their ``.pth`` files
and finders (editable installs) name, and folders that are not below the working directory.

Carried to kernels in front of all other carried code, so it needs only modules that any kernel
has loaded already.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

ignored: dict[str, str] = {}
"""Modules that were looked up and found in an untrusted place only, with that place."""


def trusted_path(entries: Iterable[str]) -> list[str]:
    """Those of ``sys.path`` that cannot come with a notebook."""
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:  # the folder is deleted: nothing is in it, and nothing below it
        return [entry for entry in entries if os.path.isabs(entry)]
    return [entry for entry in entries if os.path.isabs(entry) and _is_trusted(entry, here)]


@contextlib.contextmanager
def trusted_imports() -> Iterator[None]:
    """In this thread, until the end of the block, imports find what is trusted only."""
    _state.depth = getattr(_state, "depth", 0) + 1
    _finder.install()
    try:
        yield
    finally:
        _finder.uninstall()
        _state.depth -= 1


def run_trusted(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function within :func:`trusted_imports`."""
    with trusted_imports():
        return function(*arguments)


def import_trusted(name: str) -> Any:
    """Import an optional module.

    :raises ModuleNotFoundError: also where it is in an untrusted place only.
    """
    return run_trusted(importlib.import_module, name)


def find_trusted(name: str) -> Any:
    """The spec of a module that could be imported, or None."""
    try:
        return run_trusted(importlib.util.find_spec, name)
    except (ImportError, ValueError, AttributeError):
        return None


class _Finder:
    """First in ``sys.meta_path`` while a thread needs it; other threads import as ever."""

    is_trusted_imports = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._before: list[Any] = []
        self._mine: list[Any] = []

    def install(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                # A new list: an import of another thread may be in the middle of the old one.
                self._before = sys.meta_path
                self._mine = sys.meta_path = [self, *sys.meta_path]

    def uninstall(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users:
                return
            if sys.meta_path is self._mine and self._mine[1:] == self._before:
                sys.meta_path = self._before
            else:
                sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
            self._before = self._mine = []

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if not getattr(_state, "depth", 0):
            return None
        if path is None:
            entries = sys.path
        elif _is_namespace(name.rpartition(".")[0]):
            entries = list(path)  # its parts come from all of sys.path
        else:
            return None
        allowed = trusted_path(entries)
        for finder in sys.meta_path:
            if getattr(finder, "is_trusted_imports", False):
                continue
            if finder is importlib.machinery.PathFinder:
                spec = importlib.machinery.PathFinder.find_spec(name, allowed, target)
            else:
                find = getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find else None
            if spec is not None:
                return spec
        _note(name, [entry for entry in entries if entry not in allowed])
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)


_state = threading.local()
_finder = _Finder()


def _note(name: str, entries: list[str]) -> None:
    spec = importlib.machinery.PathFinder.find_spec(name, entries) if entries else None
    if spec is not None and spec.origin and len(ignored) < 20:
        ignored[name] = spec.origin


def _is_namespace(name: str) -> bool:
    module = sys.modules.get(name)
    return module is not None and getattr(module, "__file__", None) is None


def _is_trusted(entry: str, here: str) -> bool:
    entry = os.path.realpath(entry)
    if not _is_below(entry, here):
        return True
    return any(_is_below(entry, folder) for folder in _installed())


def _installed() -> Iterator[str]:
    """Where the interpreter itself looks, whatever the working directory is."""
    library = os.path.realpath(os.path.dirname(os.__file__))
    yield library
    version = "".join(map(str, sys.version_info[:2]))
    yield os.path.join(os.path.dirname(library), f"python{version}.zip")
    yield os.path.join(os.path.dirname(os.path.dirname(library)), "DLLs")
    sites = []
    with contextlib.suppress(Exception):  # without `site`, or a part of it
        site = sys.modules["site"]
        sites = site.getsitepackages()
        sites += [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    for folder in map(os.path.realpath, sites):
        yield folder
        yield from _named_by_pth(folder)


def _named_by_pth(folder: str) -> Iterator[str]:
    """Folders that the ``.pth`` files of a ``site-packages`` add, as ``site`` reads them."""
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".pth") or name.startswith("."):
                continue
            with contextlib.suppress(OSError):
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    lines = file.read(100_000).splitlines()
                for line in map(str.strip, lines):
                    if line and not line.startswith(("#", "import ", "import\t")):
                        yield os.path.realpath(os.path.join(folder, line))


def _is_below(path: str, folder: str) -> bool:
    """At or below a folder; both are real paths."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
