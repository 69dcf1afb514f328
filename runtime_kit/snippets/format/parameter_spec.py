"""What stands behind `@param`: Colab's form syntax."""

import re
from dataclasses import dataclass, field
from typing import Any

_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])", re.ASCII)
_WORD = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_WORDS = {"true": True, "True": True, "false": False, "False": False}


@dataclass
class ParameterSpec:
    """A list to choose from, options, both or nothing."""

    choices: list[Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)


def parse_parameter_spec(text: str) -> ParameterSpec:
    """Read JSON, except that keys may stand without quotes and strings in single ones.

    A further comment may follow. Raises ValueError.
    """
    reader = _Reader(text)
    choices = reader.read_list() if reader.peek() == "[" else None
    options = reader.read_options() if reader.peek() == "{" else {}
    if reader.peek() not in ("", "#"):
        raise reader.unexpected()
    return ParameterSpec(choices, options)


class _Reader:
    def __init__(self, text: str) -> None:
        self._rest = text

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        self._rest = self._rest.lstrip()
        return self._rest[:1]

    def read_list(self) -> list[Any]:
        items: list[Any] = []
        self._take("[")
        more = True
        while not self._take("]"):
            if not more:
                raise self.unexpected()
            items.append(self._read_value())
            more = self._take(",")
        return items

    def read_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {}
        self._take("{")
        more = True
        while not self._take("}"):
            key = self._read_key() if more else None
            if key is None or not self._take(":"):
                raise self.unexpected()
            if key in options:
                raise ValueError(f'"{key}" is given twice')
            options[key] = self._read_value()
            more = self._take(",")
        return options

    def unexpected(self) -> ValueError:
        return ValueError(f'"{self._rest}" was not expected' if self._rest else "it ends too early")

    def _read_key(self) -> str | None:
        string = self._read_string()
        if string is not None:
            return string
        word = self._match(_WORD)
        return word[0] if word else None

    def _read_value(self) -> Any:
        if self.peek() == "[":
            return self.read_list()
        string = self._read_string()
        if string is not None:
            return string
        if number := self._match(_NUMBER):
            return _number(number[0])
        word = _WORD.match(self._rest)
        if not word or word[0] not in _WORDS:
            raise self.unexpected()
        self._rest = self._rest[word.end() :]
        return _WORDS[word[0]]

    def _read_string(self) -> str | None:
        self.peek()
        match = self._match(_STRING)
        if not match:
            return None
        return re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2])

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._rest)
        self._rest = self._rest[match.end() :] if match else self._rest
        return match

    def _take(self, char: str) -> bool:
        taken = self.peek() == char
        self._rest = self._rest[1:] if taken else self._rest
        return taken


def _number(text: str) -> int | float:
    value = float(text)
    return int(text) if re.fullmatch(r"[+-]?\d+", text, re.ASCII) else value
