"""A folder full of modules of the names that we import, each of which says that it was run."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_OURS = ("runtime_kit", "jupyterlab_runtime_kit")


def imported_names() -> set[str]:
    """Top-level names that the sources import or look up by name, our own among them."""
    names = set(_OURS)
    for path in (ROOT / "runtime_kit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module)
            elif isinstance(node, ast.Call) and _looks_up(node):
                names |= {
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                }
    # Python and IPython import these by themselves.
    names |= {"torch", "tensorflow", "jax", "usercustomize", "sitecustomize", "comm"}
    tops = {name.partition(".")[0] for name in names}
    return {name for name in tops if name.isidentifier()} - set(sys.builtin_module_names)


def _looks_up(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("import_module", "find_spec", "import_trusted", "find_trusted", "__import__")


def plant(folder: Path, mark: Path, *, packages: bool = False) -> set[str]:
    """Modules, or packages, that append their name to the file `mark` when they run."""
    names = imported_names()
    for name in names:
        code = f"open({str(mark)!r}, 'a').write({name + chr(10)!r})\n"
        if packages:
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text(code)
            (folder / name / "__main__.py").write_text(code)
        else:
            (folder / f"{name}.py").write_text(code)
    return names


def executed(mark: Path) -> list[str]:
    """The names of those that ran."""
    return mark.read_text().split() if mark.exists() else []
