"""The built-in snippets: parse, check, render.

The same format as the front end reads, with the standard library alone: kernels
without a front end insert snippets through it.
"""

from .format.builtins import builtin_snippets
from .format.errors import ParameterError, SnippetError
from .format.library import describe, find_snippet
from .format.model import Cell, Parameter, Snippet
from .format.parse import parse_snippet
from .format.render import render_snippet, to_python_literal

__all__ = [
    "Cell",
    "Parameter",
    "ParameterError",
    "Snippet",
    "SnippetError",
    "builtin_snippets",
    "describe",
    "find_snippet",
    "parse_snippet",
    "render_snippet",
    "to_python_literal",
]
