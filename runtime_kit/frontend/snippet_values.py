"""Values for the parameters of a snippet: read them from text and check them.

Carried to kernels together with snippet_magic.py. A parameter is a dict with `name`,
`type` and `default`, perhaps `choices`, `allowInput`, `min` and `max`.
"""

import ast
import difflib
import json
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Parameters = Sequence[Mapping[str, Any]]

_NAME = re.compile(r"\s*([A-Za-z_]\w*)\s*=", re.ASCII)
_QUOTED = re.compile(r"\s*[rRuU]?[\"']")
_EXPECTED = {
    "string": "a text is needed",
    "boolean": "True or False is needed",
    "number": "a finite number is needed",
    "integer": "a whole number is needed",
    "raw": "a literal is needed",
}


class Problem(Exception):
    """What the user is told, in one line."""


def parse_line(parameters: Parameters, text: str) -> Iterator[tuple[str, Any]]:
    """Names and values of `name=value ...`: literals, and texts also without quotes."""
    position = 0
    while text[position:].strip():
        match = _NAME.match(text, position)
        if not match:
            raise Problem(f"name=value is needed, not {text[position:].strip()}")
        parameter = _find_parameter(parameters, match[1])
        bare = parameter["type"] == "string" and not _QUOTED.match(text, match.end())
        # A text without quotes stands right behind the =, or it is empty.
        blanks = 0 if bare else len(text[match.end() :]) - len(text[match.end() :].lstrip())
        start = match.end() + blanks
        position = _end_of_value(text, start, bare)
        token = text[start:position]
        yield parameter["name"], token if bare else _read(parameter, token)


def parse_body(parameters: Parameters, body: str) -> Iterator[tuple[str, Any]]:
    """Names and values of `name = value` lines: Python literals."""
    try:
        statements = ast.parse(body).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Problem(f"line {line} of the body is not name = value") from None
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                parameter = _find_parameter(parameters, name)
                yield parameter["name"], _read(parameter, value)
            case _:
                raise Problem(f"line {statement.lineno} of the body is not name = value")


def check_values(parameters: Parameters, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The values by name, if each is given once and fits its parameter."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise Problem(f"{name} is given twice")
        if reason := check_value(_find_parameter(parameters, name), value):
            raise Problem(f"{name}: {reason}")
        values[name] = value
    return values


def suggest(word: str, words: Sequence[str]) -> str:
    """What to append to an error about an unknown word."""
    by_case = {known.lower(): known for known in words}
    close = [by_case[near] for near in difflib.get_close_matches(word.lower(), by_case)]
    hint = f"; did you mean {' or '.join(close)}?" if close else ";"
    return f"{hint} there are {', '.join(words) or 'none'}"


def check_value(parameter: Mapping[str, Any], value: Any) -> str | None:
    """None where the value fits; otherwise a line that says what would."""
    kind = parameter["type"]
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:60]}..."
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "number": number,
        "integer": number and isinstance(value, int),
    }
    if not fits.get(kind, True):
        return f"{_EXPECTED[kind]}, not {shown}"
    if reason := why_not_storable(value):
        return reason
    choices = [] if parameter.get("allowInput") else parameter.get("choices", [])
    if choices and not any(is_same_value(choice, value) for choice in choices):
        return f"one of {', '.join(map(repr, choices))} is needed, not {shown}"
    low, high = parameter.get("min"), parameter.get("max")
    if number and low is not None and value < low:
        return f"at least {low} is needed, not {shown}"
    if number and high is not None and value > high:
        return f"at most {high} is needed, not {shown}"
    return None


def why_not_storable(value: Any, depth: int = 0) -> str | None:
    """None for what the front end's texts, numbers, lists and objects can hold."""
    if depth > 50:
        return "the value is nested too deeply"
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            return "the keys of a dict must be texts"
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        reasons = (why_not_storable(item, depth + 1) for item in value)
        return next((reason for reason in reasons if reason), None)
    if isinstance(value, int) and abs(value) >= 2**53:
        return f"{value} is beyond 2**53 and would lose digits"
    if isinstance(value, float) and not math.isfinite(value):
        return "a finite number is needed"
    if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
        return "a text with half of a surrogate pair cannot be sent"
    if value is None or isinstance(value, (str, int, float)):
        return None
    return f"a parameter holds no {type(value).__name__}"


def is_same_value(one: Any, other: Any) -> bool:
    """Equal to the front end: it has one type of number, one of sequence, and a -0.0."""

    def plain(item: Any) -> Any:
        if isinstance(item, (list, tuple)):
            return [plain(part) for part in item]
        if isinstance(item, dict):
            return {key: plain(part) for key, part in item.items()}
        return float(item) if isinstance(item, int) and not isinstance(item, bool) else item

    return json.dumps(plain(one)) == json.dumps(plain(other))


def _find_parameter(parameters: Parameters, name: str) -> Mapping[str, Any]:
    """By name; by its letters alone where their case differs."""
    for key in (str, str.lower):
        found = [item for item in parameters if key(item["name"]) == key(name)]
        if len(found) == 1:
            return found[0]
    raise Problem(f'no parameter "{name}"{suggest(name, [item["name"] for item in parameters])}')


def _end_of_value(text: str, position: int, bare: bool) -> int:
    """The position of the blank behind a value: one outside of quotes and brackets."""
    quote, depth = "", 0
    while position < len(text) and (quote or depth > 0 or not text[position].isspace()):
        char = text[position]
        if quote:
            position += char == "\\"
            quote = "" if char == quote else quote
        elif not bare:
            quote = char if char in "\"'" else ""
            depth += (char in "([{") - (char in ")]}")
        position += 1
    return min(position, len(text))


def _read(parameter: Mapping[str, Any], literal: str | ast.expr) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(literal)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        text = literal if isinstance(literal, str) else ast.unparse(literal)
        reason = f"{_EXPECTED[parameter['type']]}, as a literal, not {text or 'nothing'}"
        raise Problem(f"{parameter['name']}: {reason}") from None
