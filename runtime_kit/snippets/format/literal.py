"""Write the literals that a parameter can hold."""

import unicodedata
from typing import Any

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


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
