"""Follow Python source line by line, to tell comments from strings with `#` in them."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'"""|\'\'\'|["\']|#|[(\[{]|[)\]}]')
_SHELL = re.compile(r"\s*[%!?]")
_CARRIED_OVER = re.compile(r"(?:^|.*[^\\])(?:\\\\)*\\")


@dataclass(frozen=True)
class ScannedLine:
    """What `LineScanner` saw in one line."""

    starts_statement: bool
    comment: int = -1
    """Column of the `#` of its comment, or -1."""
    broken: bool = False
    """Whether a string in single quotes lacks its end."""


class LineScanner:
    """Knows strings, brackets and continued lines; never fails on broken code."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._continued = False
        self._in_shell = False
        self._broken = False

    @property
    def in_string(self) -> bool:
        """Whether the last line ended inside a string."""
        return bool(self._quote)

    def scan(self, line: str) -> ScannedLine:
        starts = not (self._quote or self._depth or self._continued)
        if self._in_shell or (starts and _SHELL.match(line)):
            self._in_shell = self._continued = line.endswith("\\")
            return ScannedLine(starts)
        self._broken = False
        comment = self._walk(line)
        return ScannedLine(starts, comment, self._broken)

    def _walk(self, line: str) -> int:
        self._continued = False
        position = self._close_string(line, 0) if self._quote else 0
        while match := _TOKEN.search(line, position):
            token = match[0]
            position = match.end()
            if token == "#":
                return match.start()
            if token in "([{":
                self._depth += 1
            elif token in ")]}":
                self._depth = max(0, self._depth - 1)
            else:
                self._quote = token
                position = self._close_string(line, position)
        if not self._quote:
            self._continued = line.endswith("\\")
        return -1

    def _close_string(self, line: str, position: int) -> int:
        """The column behind the end of the open string, or of the line."""
        quote = self._quote
        while position < len(line):
            if line[position] == "\\":
                position += 2
            elif line.startswith(quote, position):
                self._quote = ""
                return position + len(quote)
            else:
                position += 1
        # A string in single quotes ends with its line, closed or not, except that a
        # backslash carries it over.
        if len(quote) == 1 and not _CARRIED_OVER.fullmatch(line):
            self._quote = ""
            self._broken = True
        return len(line)
