"""Which accelerator there is, and whether training can use it.

>>> from runtime_kit.accelerator import check
>>> check().verdict                                                         # doctest: +SKIP
'ok'

The verdicts are those of the Check GPU cell. :func:`check` asks the frameworks themselves, each in
a process of its own, which takes seconds; :func:`glance` only looks at what is installed and at the
devices, in milliseconds. Neither imports a framework into this process. May import platform.py and
_os/.
"""

from __future__ import annotations

import importlib
from typing import Any

_EXPORTS = {"Check": "checking", "check": "checking", "glance": "checking", "judge": "verdict"}

__all__ = ["Check", "check", "glance", "judge"]


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        return getattr(importlib.import_module(f".{_EXPORTS[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
