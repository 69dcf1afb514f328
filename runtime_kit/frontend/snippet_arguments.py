"""What stands behind `%snippet id` and in the body of `%%snippet id`: names and values.

Carried to kernels together with the other files of the `%snippet` magic.
"""

import ast
import difflib
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

if __name__.startswith("runtime_kit."):  # carried files share one namespace instead
    from .parameter_check import EXPECTED, check_value

Parameters = Sequence[Mapping[str, Any]]

_NAME = re.compile(r"\s*([A-Za-z_]\w*)\s*=", re.ASCII)
_QUOTED = re.compile(r"\s*[rRuU]?[\"']")


class Problem(Exception):
    """The text for the user, in one line."""


def parse_line(parameters: Parameters, text: str) -> Iterator[tuple[str, Any]]:
    """Names and values of `name=value ...`: literals, texts also without quotes, variables."""
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
    """Names and values of `name = value` lines: Python literals and names of variables."""
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


def closest(word: str, words: Sequence[str]) -> list[str]:
    """The known words that may be meant, the likeliest first."""
    by_case = {known.lower(): known for known in words}
    return [by_case[near] for near in difflib.get_close_matches(word.lower(), by_case)]


def suggest(word: str, words: Sequence[str]) -> str:
    """What to append to an error about an unknown word."""
    close = closest(word, words)
    hint = f"; did you mean {' or '.join(close)}?" if close else ";"
    return f"{hint} there are {', '.join(words) or 'none'}"


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
            value = ast.literal_eval(literal)
            return "" if value is None and parameter["type"] == "variable" else value
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        text = literal if isinstance(literal, str) else ast.unparse(literal)
        if parameter["type"] == "variable" and not check_value(parameter, text):
            return text  # the name itself, as it stands in the cell
        reason = f"{EXPECTED[parameter['type']]}, as a literal, not {text or 'nothing'}"
        raise Problem(f"{parameter['name']}: {reason}") from None
