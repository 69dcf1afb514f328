"""Hold a value against a parameter: a dict with `name`, `type` and perhaps `choices`,
`allowInput`, `min` and `max`.

Carried to kernels together with the other files of the `%snippet` magic.
"""

import json
import keyword
import math
import re
from collections.abc import Mapping
from typing import Any

EXPECTED = {
    "string": "a text is needed",
    "boolean": "True or False is needed",
    "number": "a finite number is needed",
    "integer": "a whole number is needed",
    "raw": "a literal is needed",
    "variable": "the name of a variable is needed, such as net or trainer.model",
}


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
        "variable": value in (None, "") or is_path(value),
    }
    if not fits.get(kind, True):
        return f"{EXPECTED[kind]}, not {shown}"
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


def is_path(value: Any) -> bool:
    """Whether it is an identifier or a path of attributes: `net`, `trainer.model`."""
    return isinstance(value, str) and all(
        part.isidentifier() and not keyword.iskeyword(part) for part in value.split(".")
    )


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
