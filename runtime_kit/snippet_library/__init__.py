"""The built-in snippets: parse, check, render.

The same format as the front end reads, with the standard library alone: kernels
without a front end insert snippets through it.
"""

from .builtins import builtin_snippets
from .errors import ParameterError, SnippetError
from .library import describe, find_snippet
from .model import Cell, Parameter, Snippet
from .parse import parse_snippet
from .render import render_snippet, to_python_literal

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
