"""Checkpoints that the code itself saves."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .names import Chain
from .plan import Note
from .program import Program
from .source import text_of

_SAVES = {"save", "save_pretrained", "save_state", "save_model", "save_weights", "dump"}


def own_saves(program: Program, reached: Sequence[tuple[ast.AST, Chain]]) -> list[Note]:
    """The notebook's own checkpoints: calls within the training that write the weights to files."""
    found: list[Note] = []
    for node, _ in reached:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = program.full_name(node.func)
        packages = ("torch.", "pickle.", "joblib.", "safetensors.")
        if node.func.attr in _SAVES and (
            name.startswith(packages) or node.func.attr.startswith("save_")
        ):
            found.append(Note("own-save", {"name": text_of(node.func)}, node))
    return found
