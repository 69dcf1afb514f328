"""Library in the kernel of jupyterlab-runtime-kit. Importing it needs the standard library only.

Its rooms are layers, of which `[tool.importlinter]` in pyproject.toml has the order; each package
says what it may import. None imports the server part.
"""

from __future__ import annotations

import importlib
import logging
from typing import Any

from .version import __version__

# What a developer wants to know; what a user has to see is printed.
logging.getLogger(__name__).addHandler(logging.NullHandler())

# name -> module that has it; imported when first used
_EXPORTS = {
    "Run": ".checkpoint",
    "CheckpointManager": ".checkpoint",
    "durable_folder": ".platform",
    "drive": ".storage",
    "stage": ".staging",
    "fetch": ".fetching",
}

__all__ = ["__version__", *_EXPORTS]


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        value = getattr(importlib.import_module(_EXPORTS[name], __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS})


def load_ipython_extension(ipython: Any) -> None:
    """``%load_ext runtime_kit``: register the magics."""
    from .magics import load_ipython_extension as load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """``%unload_ext runtime_kit``: take the magics away."""
    from .magics import unload_ipython_extension as unload

    unload(ipython)
