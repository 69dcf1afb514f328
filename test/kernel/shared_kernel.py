"""One kernel of each version for the many snippets that leave little behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kernels import Answer, SnippetKernel, error_of


class Notebook:
    """A notebook in the shared kernel: a folder, variables and an environment of its own."""

    def __init__(self, kernel: SnippetKernel, folder: Path) -> None:
        self.kernel = kernel
        self.folder = folder
        self.answer = Answer()

    def set(self, **values: Any) -> None:
        """Bind names, as an earlier cell would have."""
        self.kernel.must("".join(f"{name} = {value!r}\n" for name, value in values.items()))

    def insert(self, snippet_id: str, **values: Any) -> str:
        """Insert a snippet and run it; return what it printed. It has to end well."""
        self.answer = self.kernel.insert(snippet_id, **values)
        assert self.answer.status == "ok", (error_of(self.answer), self.answer.text("stdout"))
        return self.answer.text("stdout")

    def fail(self, snippet_id: str, **values: Any) -> str:
        """Insert a snippet that is to fail; return name and message of the error."""
        self.answer = self.kernel.insert(snippet_id, **values)
        name, message = error_of(self.answer)
        assert "\n" not in message.strip(), "an error is one sentence or two, on one line"
        return f"{name}: {message}"

    def shown(self, mime: str = "text/plain") -> list[str]:
        """What the last insertion displayed."""
        return [
            content["data"][mime]
            for kind, content in self.answer.outputs
            if kind in ("display_data", "execute_result") and mime in content["data"]
        ]


# A notebook may be opened within another one, so each keeps what was there before it on a stack.
_OPEN = """
import os as _os, sys as _sys
_opened = globals().get("_opened", [])
_path = PATH
_opened.append((
    dict(_os.environ), _sys.path[:], _os.getcwd(), set(_sys.modules), _sys.executable,
    {_name: _list[:] for _name, _list in get_ipython().events.callbacks.items()},
    set(globals()), _path,
))
_os.environ.update(ENVIRON)
_sys.path[:0] = _path
_os.chdir(FOLDER)
"""
_CLOSE = """
_environ, _sys.path[:], _folder, _modules, _sys.executable, _events, _names, _path = _opened.pop()
_os.environ.clear(); _os.environ.update(_environ); _os.chdir(_folder)
get_ipython().events.callbacks.update(_events)
for _name in set(_sys.modules) - _modules:
    # Not by getattr: modules of PyTorch make up what they are asked for, or fail.
    _known = getattr(_sys.modules[_name], "__dict__", {})
    _places = [_known.get("__file__"), *(_known.get("__path__") or [])]
    if any(str(_place).startswith(tuple(_path)) for _place in _places):
        del _sys.modules[_name]
for _name in set(globals()) - _names:
    if not _name.startswith("_"):
        del globals()[_name]
"""


@contextmanager
def notebook_in(
    kernel: SnippetKernel, folder: Path, path: list[str] | None = None, **environ: str
) -> Iterator[Notebook]:
    """A notebook; `path` comes first in sys.path. All that it bound is gone afterwards."""
    values = {"PATH": path or [], "ENVIRON": environ, "FOLDER": str(folder)}
    code = _OPEN
    for name, value in values.items():
        code = code.replace(name, repr(value), 1)
    kernel.must(code)
    try:
        yield Notebook(kernel, folder)
    finally:
        kernel.must(_CLOSE)
