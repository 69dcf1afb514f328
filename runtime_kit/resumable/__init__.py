"""Reads training loops: which variables they carry from one turn to the next.

Pure ``ast``, without imports of the user's code. ``runtime_kit.checkpoint`` imports it when a loop
begins, and what proposes edits to a notebook builds on it. May import the standard library only.
"""

from __future__ import annotations

from .loop_variables import LoopVariable, Reason, loop_variables, variables_at
from .scopes import Scope, find_scope, parse_scopes

__all__ = [
    "LoopVariable",
    "Reason",
    "Scope",
    "find_scope",
    "loop_variables",
    "parse_scopes",
    "variables_at",
]
