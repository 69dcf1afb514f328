"""The built-in snippets: find, describe, render.

Kernels without a front end insert snippets through it, with the standard library alone. May import
frontend/.
"""

from .format.catalog import builtin_snippets, describe, find_snippet
from .format.model import Cell, Parameter, Snippet
from .format.render import ParameterError, render_snippet, to_python_literal

__all__ = [
    "Cell",
    "Parameter",
    "ParameterError",
    "Snippet",
    "builtin_snippets",
    "describe",
    "find_snippet",
    "render_snippet",
    "to_python_literal",
]
