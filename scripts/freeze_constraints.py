"""Write constraints/ci.txt: the versions that the checkout's environment holds now.

Run it with the environment to be written down: ``.venv/bin/python scripts/freeze_constraints.py``.
Packages that no longer support the oldest Python of this project get a marker, so that pip
chooses an older version there instead of finding none.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import Version

TARGET = Path(__file__).parent.parent / "constraints" / "ci.txt"
CACHE = Path(__file__).parent.parent / ".cache"
# What nightly stages install beside the environment.
BESIDE = [str(CACHE / "lite" / "kernel"), str(CACHE / "together")]
OLDEST = Version("3.10")
OWN = "jupyterlab-runtime-kit"

HEADER = """\
# Versions that the tests run with, written by scripts/freeze_constraints.py.
# A constraint installs nothing; the dependency groups of pyproject.toml do.
"""


def canonical(name: str) -> str:
    """The form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def line(name: str, version: str, requires_python: str | None) -> str:
    """One pin, with a marker unless every supported Python can have this version."""
    bounds = [
        Version(part.version)
        for part in SpecifierSet(requires_python or "")
        if part.operator == ">=" and Version(part.version) > OLDEST
    ]
    marker = f' ; python_full_version >= "{max(bounds)}"' if bounds else ""
    # A local part ("+cpu") names a build of one index, which others do not have.
    return f"{name}=={version.partition('+')[0]}{marker}"


def main() -> None:
    pins = {
        canonical(found.name): line(
            canonical(found.name), found.version, found.metadata.get("Requires-Python")
        )
        for found in distributions(path=[*sys.path, *BESIDE])
        if canonical(found.name) != OWN
    }
    TARGET.write_text(HEADER + "".join(f"{pins[name]}\n" for name in sorted(pins)))
    print(f"{len(pins)} versions written to {TARGET.name}")


if __name__ == "__main__":
    main()
