"""Fill values into a snippet."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runtime_kit.frontend.parameter_check import check_value, is_same_value

from .model import Cell, Parameter, Snippet


class ParameterError(ValueError):
    """A value does not fit a parameter; `reason` says what would."""

    def __init__(self, parameter: str, value: Any, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.value = value
        self.reason = reason


def render_snippet(
    snippet: Snippet,
    values: Mapping[str, Any],
    notes: Mapping[str, str] | None = None,
) -> list[Cell]:
    """The cells with these values, each put as a literal in place of the default, or as a
    checked name where the parameter names a variable.

    The rest stays byte for byte, and so does the spelling of a default that is given
    as value. `notes` puts a line of text as a comment under a parameter. Raises
    ParameterError for a value that does not fit and for an unknown name.
    """
    notes = notes or {}
    names = [parameter.name for parameter in snippet.parameters]
    for name in (*values, *notes):
        if name not in names:
            known = f"it has {', '.join(names)}" if names else "it has none"
            reason = f'snippet "{snippet.id}" has no such parameter; {known}'
            raise ParameterError(name, values.get(name), reason)
    sources = [cell.source for cell in snippet.cells]
    # From the last one on, so that the spans in front of it stay true.
    for parameter in reversed(snippet.parameters):
        source = sources[parameter.cell]
        source = _add_note(source, parameter, notes.get(parameter.name, ""))
        if parameter.name in values:
            source = _set_value(source, parameter, values[parameter.name])
        sources[parameter.cell] = source
    return [
        replace(cell, source=source) for cell, source in zip(snippet.cells, sources, strict=True)
    ]


def _set_value(source: str, parameter: Parameter, value: Any) -> str:
    reason = check_value(parameter.describe(), value)
    if reason is not None:
        raise ParameterError(parameter.name, value, reason)
    if is_same_value(value, parameter.default):
        return source
    start, end = parameter.span
    text = to_python_literal(value)
    if parameter.type == "variable":
        text = value or "None"
    return source[:start] + text + source[end:]


def _add_note(source: str, parameter: Parameter, note: str) -> str:
    # What could end the comment, hide text or turn its direction is blanked out.
    visible = (" " if unicodedata.category(char)[0] in "CZ" else char for char in note)
    text = " ".join("".join(visible).split())
    if not text:
        return source
    start, end = parameter.span
    line = source[source.rfind("\n", 0, start) + 1 : start]
    indent = line[: len(line) - len(line.lstrip())]
    newline = source.find("\n", end)
    at = len(source) if newline < 0 else newline
    return f"{source[:at]}\n{indent}# {parameter.name}: {text}{source[at:]}"


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
