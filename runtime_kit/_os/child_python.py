"""Run this Python as a child that imports nothing from the folder of the notebook."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from .trusted_imports import trusted_path


def command(*arguments: str) -> list[str]:
    """``python arguments``; to be started in :func:`folder` and with :func:`environment`."""
    # Python 3.10 has no -P; `folder` makes up for it.
    flags = ["-P"] if sys.version_info >= (3, 11) else []
    return [sys.executable, *flags, *arguments]


def folder() -> str:
    """A working directory from which importing is harmless: the standard library's."""
    return os.path.dirname(os.__file__)


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of this process and further ones, without untrusted parts of PYTHONPATH."""
    variables = {**os.environ, **(variables or {}), "PYTHONSAFEPATH": "1"}
    path = trusted_path(filter(None, variables.pop("PYTHONPATH", "").split(os.pathsep)))
    return {**variables, **({"PYTHONPATH": os.pathsep.join(path)} if path else {})}
