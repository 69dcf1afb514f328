"""Who may import whom in Python: rules that linters know only in part."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KERNEL_LIBRARY = ROOT / "runtime_kit"

# Imports what is named in a Python that sees the standard library and the checkout, nothing
# of the environment, and prints what came along.
IMPORT_ALONE = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
for name in sys.argv[2:]:
    importlib.import_module(name)
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(tops - set(sys.stdlib_module_names)))
"""

TYPES = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from {}.one import x
"""


def modules(package: Path) -> list[str]:
    """Dotted names of a package's modules; files that are no identifiers are cells."""
    names = (path.relative_to(ROOT).with_suffix("").parts for path in package.rglob("*.py"))
    return sorted(".".join(parts) for parts in names if all(part.isidentifier() for part in parts))


def import_alone(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-c", IMPORT_ALONE, str(folder), *names]
    return subprocess.run(command, capture_output=True, text=True)


def test_importing_the_kernel_library_needs_only_the_standard_library() -> None:
    done = import_alone(ROOT, "runtime_kit")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["runtime_kit"]


def test_the_check_would_notice_another_import(tmp_path: Path) -> None:
    (tmp_path / "runtime_kit.py").write_text("import numpy\n")
    done = import_alone(tmp_path, "runtime_kit")
    assert "No module named 'numpy'" in done.stderr


def lint_imports(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("lint-imports")
    command = [script, "--no-cache", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_rooms_are_layers_without_circles() -> None:
    """The contracts are in pyproject.toml; imports for types and within functions count."""
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("how", ["def f():\n    from {}.one import x\n", TYPES])
def test_a_circle_would_be_noticed(tmp_path: Path, how: str) -> None:
    package = tmp_path / "circular"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text("from circular import two\nx = two\n")
    (package / "two.py").write_text(how.format("circular"))
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "circular"\n[[tool.importlinter.contracts]]\n'
        'name = "none"\ntype = "acyclic_siblings"\nancestors = ["circular"]\n'
    )
    done = lint_imports(tmp_path)
    assert done.returncode == 1 and "none BROKEN" in done.stdout, done.stdout


def test_checkpoints_know_no_ipython() -> None:
    package = KERNEL_LIBRARY / "checkpoint"
    # Nor at run time, through a name in a string. The callbacks import their frameworks, which
    # need not be there and bring along what they like.
    names = [name for name in modules(package) if ".integrations." not in name]
    code = (
        "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]];"
        "print(*(name for name in ('IPython', 'ipykernel') if name in sys.modules))"
    )
    command = [sys.executable, "-c", code, *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("file", "source", "rule"),
    [
        ("runtime_kit/x.py", "import jupyterlab_runtime_kit\n", "TID251"),
        ("runtime_kit/checkpoint/x.py", "from jupyter_server.utils import f\n", "TID251"),
        ("jupyterlab_runtime_kit/x.py", "import jupyter_server\n", None),
    ],
)
def test_ruff_tells_while_one_writes(file: str, source: str, rule: str | None) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--select=TID", "--output-format=concise"]
    done = subprocess.run(
        [*command, "--no-cache", "--stdin-filename", file, "-"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
    )
    assert (rule in done.stdout) if rule else (done.returncode == 0), done.stdout
