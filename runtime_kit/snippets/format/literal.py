"""Read the literals that a parameter can hold, and write them."""

import ast
import re
import unicodedata
import warnings
from typing import Any

from runtime_kit.frontend.parameter_check import why_not_storable

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Escapes that need Unicode's name table, which the front end does not have.
_NAMED_ESCAPE = re.compile(r"(?:^|[^\\])(?:\\\\)*\\N")


def read_python_literal(text: str) -> Any:
    """The value of a literal: str, int, float, bool, None, and list, tuple, dict of these.

    Raises ValueError saying what does not belong into a parameter.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
            value = ast.literal_eval(tree)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f'"{text}" is no literal') from None
    if any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree)):
        raise ValueError("an f-string cannot be a parameter")
    if _NAMED_ESCAPE.search(text):
        raise ValueError("the escape \\N is not understood here")
    reason = why_not_storable(value)
    if reason is not None:
        raise ValueError(reason)
    return value


def to_python_literal(value: Any) -> str:
    """Write a value on one line of visible characters; `ast.literal_eval` reads it back."""
    if isinstance(value, str):
        return '"' + "".join(map(_escape, value)) + '"'
    if isinstance(value, dict):
        items = (f"{to_python_literal(key)}: {to_python_literal(value[key])}" for key in value)
        return "{" + ", ".join(items) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(to_python_literal, value)) + "]"
    return repr(value)


def _escape(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char == " " or unicodedata.category(char)[0] not in "CZ":
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
