"""The text of a stream with carriage returns and backspaces applied."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\n\b\r]")


class StreamText:
    r"""What a stream output shows after ``\r``, ``\b`` and ``\n``, as JupyterLab applies them.

    Chunks are cut anywhere, so the cursor's place in the last line is kept between them. Follows
    ``processText`` of ``@jupyterlab/outputarea`` (BSD-3-Clause) character by character: a restored
    output has to be byte-equal to one that a page received live.
    """

    __slots__ = ("_cursor", "_lines", "_size", "dropped", "last")

    def __init__(self, text: str = "") -> None:
        self._lines: list[str] = []  # complete lines, each with its line end
        self._size = 0
        self._cursor = 0  # in the last line
        self.last = ""
        self.dropped = 0  # characters cut from the front
        if text:
            self.write(text)

    def write(self, text: str) -> None:
        """Apply one more chunk."""
        start = 0
        while True:
            found = _CONTROL.search(text, start)
            end = found.start() if found else len(text)
            if end > start:
                self._overwrite(text[start:end])
            if not found:
                return
            start = end + 1
            control = found.group()
            if control == "\n":
                # A new line begins at the end of the text, wherever the cursor is.
                self._lines.append(self.last + "\n")
                self._size += len(self.last) + 1
                self.last, self._cursor = "", 0
            elif control == "\r":
                self._cursor = 0
            elif self._cursor > 0:
                self.last = self.last[: self._cursor - 1] + self.last[self._cursor + 1 :]
                self._cursor -= 1

    def _overwrite(self, text: str) -> None:
        end = self._cursor + len(text)
        self.last = self.last[: self._cursor] + text + self.last[end:]
        self._cursor = end

    def __len__(self) -> int:
        return self._size + len(self.last)

    @property
    def shown(self) -> str:
        """The text as a page shows it."""
        if len(self._lines) > 1:
            self._lines = ["".join(self._lines)]
        return "".join(self._lines) + self.last

    @property
    def resumable(self) -> str:
        """The text, ended so that whoever applies it has the cursor where this one has it."""
        if self._cursor == len(self.last):
            return self.shown
        return self.shown + "\r" + self.last[: self._cursor]

    def keep_end(self, characters: int) -> int:
        """Drop whole lines from the front until about ``characters`` are left; return how many
        characters were dropped."""
        shown = "".join(self._lines)
        excess = len(self) - characters
        if excess <= 0:
            return 0
        cut = shown.find("\n", min(excess, len(shown)) - 1) + 1 if shown else 0
        if cut == 0:
            cut = len(shown)
        self._lines = [shown[cut:]] if cut < len(shown) else []
        self._size = len(shown) - cut
        if len(self.last) > characters:
            # One endless line.
            line_cut = len(self.last) - characters
            self.last = self.last[line_cut:]
            self._cursor = max(0, self._cursor - line_cut)
            cut += line_cut
        self.dropped += cut
        return cut
