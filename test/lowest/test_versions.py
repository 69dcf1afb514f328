"""The stage `lowest` runs with the lowest versions that pyproject.toml allows, servers included.

Run by that stage alone; it names this folder.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli", reason="Python 3.10 reads TOML with tomli")

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"].values()
ALL = [*PROJECT["dependencies"], *(text for extra in EXTRAS for text in extra)]
# PyTorch's builds of that time take a GB, and have no version for newer Pythons.
REQUIREMENTS = sorted({text for text in ALL if not text.startswith("torch")})


def test_there_are_some() -> None:
    assert len(REQUIREMENTS) >= 5


@pytest.mark.parametrize("text", REQUIREMENTS)
def test_the_lowest_version_is_used(text: str) -> None:
    requirement = Requirement(text)
    (lowest,) = [part.version for part in requirement.specifier if part.operator == ">="]
    code = f"from importlib.metadata import version; print(version({requirement.name!r}))"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for found in (version(requirement.name), child.stdout.strip()):
        assert f"{found}.".startswith(f"{lowest}."), f"{requirement.name} {found}"
