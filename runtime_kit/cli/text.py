"""How numbers, times and tables look on a terminal."""

from __future__ import annotations

import datetime
from collections.abc import Sequence


def moment(seconds: float) -> str:
    """A time since 1970 as local date and time; ``-`` where it is unknown."""
    if seconds <= 0:
        return "-"
    try:
        return f"{datetime.datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError, OSError):
        return "-"


def plain(text: str) -> str:
    """Without characters that steer a terminal: a name may hold any."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def plain_line(text: str) -> str:
    """A line of somebody's code, whose tabs stay."""
    return "\t".join(plain(part) for part in text.split("\t"))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell, two blanks between them."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
    return "\n".join(lines)
