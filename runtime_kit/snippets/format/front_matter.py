"""The front matter: YAML in comments, of which this reads a subset.

The subset: `key: value` lines whose value is a plain or quoted scalar or a flow list
of such, on one line. What YAML 1.2 takes for a number, a boolean or null is that.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from .errors import FormatError

_FIELD = "front matter"
_FENCE = re.compile(r"#\s*---\s*")
_BODY_LINE = re.compile(r"#(?: (.*)|\s*)")
_KEYS = ("id", "title", "description", "tags", "languages", "requires", "version", "icon", "names")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class FrontMatter:
    """The front matter as it was written; absent keys are absent."""

    values: dict[str, Any]
    lines: dict[str, int]
    """1-based line of each key."""
    end: int
    """0-based index of the first line after it."""


def parse_front_matter(lines: list[str]) -> FrontMatter:
    """Read the comment block between two `# ---` lines at the top."""
    start = next((i for i, line in enumerate(lines) if line.strip()), -1)
    if start < 0 or not _FENCE.fullmatch(lines[start]):
        reason = 'a snippet begins with a "# ---" line, "# key: value" lines and a "# ---" line'
        raise FormatError(_FIELD, max(1, start + 1), reason)
    values: dict[str, Any] = {}
    key_lines: dict[str, int] = {}
    for i in range(start + 1, len(lines)):
        if _FENCE.fullmatch(lines[i]):
            if not values:
                raise FormatError(_FIELD, start + 2, 'it holds "# key: value" lines')
            return FrontMatter(values, key_lines, i + 1)
        body = _BODY_LINE.fullmatch(lines[i])
        if not body:
            reason = 'each line of the front matter begins with "# "; "# ---" ends it'
            raise FormatError(_FIELD, i + 1, reason)
        if (body[1] or "").strip() and not body[1].lstrip().startswith("#"):
            key, value = _read_line(body[1], i + 1)
            if key in values:
                raise FormatError(_FIELD, i + 1, f"{key} stands there twice")
            values[key] = value
            key_lines[key] = i + 1
    raise FormatError(_FIELD, start + 1, 'no "# ---" line ends it')


def _read_line(text: str, line: int) -> tuple[str, Any]:
    match = re.fullmatch(r"([A-Za-z_][\w-]*):(?:\s+(.*))?", text)
    if not match:
        raise FormatError(_FIELD, line, f'"{text}" is no "key: value" line')
    if match[1] not in _KEYS:
        raise FormatError(match[1], line, f"unknown key; the keys are {', '.join(_KEYS)}")
    try:
        return match[1], _read_value((match[2] or "").strip())
    except ValueError as error:
        raise FormatError(_FIELD, line, str(error)) from None


def _read_value(text: str) -> Any:
    if text.startswith("["):
        return _read_list(text)
    value, rest = _read_scalar(text, _COMMENT)
    if _COMMENT.sub("", rest).strip():
        raise ValueError(f'"{rest}" was not expected')
    return value


def _read_list(text: str) -> list[Any]:
    items: list[Any] = []
    rest = text[1:].lstrip()
    while not rest.startswith("]"):
        item, rest = _read_scalar(rest, re.compile(r"\s*[,\]].*$"))
        items.append(item)
        rest = rest.lstrip()
        if rest.startswith(","):
            rest = rest[1:].lstrip()
        elif not rest.startswith("]"):
            raise ValueError("a list on one line is needed: [a, b]")
    if _COMMENT.sub("", rest[1:]).strip():
        raise ValueError(f'"{rest[1:]}" was not expected')
    return items


def _read_scalar(text: str, end: re.Pattern[str]) -> tuple[Any, str]:
    """A scalar at the start of the text, and the rest of the text."""
    if quoted := _QUOTED.match(text):
        token = quoted[0]
        value = json.loads(token) if token[0] == '"' else token[1:-1].replace("''", "'")
        return value, text[quoted.end() :]
    stop = end.search(text)
    plain = (text[: stop.start()] if stop else text).rstrip()
    if re.match(r"[,\[\]{}#&*!|>'\"%@`]|[-?:](?:\s|$)", plain) or re.search(r":(?:\s|$)", plain):
        raise ValueError(f"{plain} must stand in double quotes")
    return _resolve(plain), text[len(plain) :]


def _resolve(plain: str) -> Any:
    if plain in _WORDS:
        return _WORDS[plain]
    if _INTEGER.fullmatch(plain):
        return int(plain)
    return float(plain) if _FLOAT.fullmatch(plain) else plain
