"""Bytes, files and the time left: tqdm's bar where it is installed, else a line now and then."""

from __future__ import annotations

import sys
import time
from typing import Any

from .trusted_imports import import_trusted

EVERY = 0.5  # seconds
QUIET = 2.0  # seconds before the first line of text


class Bar:
    """``with Bar("images.zip", total) as bar: bar.to(count)``; ``shown=False`` prints nothing.

    :param total: bytes, or whatever is counted; None where that is not known yet.
    :param plain: a line of text, also where tqdm is installed, and only for what takes long.
    """

    def __init__(
        self, text: str, total: int | None, shown: bool = True, *, plain: bool = False
    ) -> None:
        self._text = text
        self._total = total
        self._done = 0
        self._begin = self._next = time.monotonic()
        self._bar: Any = None
        self._printed = False
        self._shown = shown
        if shown and not plain:
            try:
                tqdm = import_trusted("tqdm").tqdm
            except ImportError:
                return
            self._bar = tqdm(
                total=total, desc=text, unit="B", unit_scale=True, unit_divisor=1000, leave=False
            )

    def total(self, total: int | None) -> None:
        """How much it will be, where that becomes known on the way only."""
        self._total = total
        if self._bar is not None:
            self._bar.total = total

    def add(self, count: int) -> None:
        """Add to what is done so far."""
        self.to(self._done + count)

    def to(self, done: int, files: int | None = None, note: str = "") -> None:
        """Show the bytes of the source so far, the number of files, and what is amiss."""
        self._done = done
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + EVERY
        words = [f"{files:,} files"] if files is not None else []
        words += [f"waiting: {note.strip(' ()')}"] if note else []
        if self._bar is not None:
            self._bar.set_postfix_str(", ".join(words), refresh=bool(note))
            self._bar.update(self._done - self._bar.n)
        elif now - self._begin > QUIET:
            self._line(words, now)

    def _line(self, words: list[str], now: float) -> None:
        if self._total:
            left = (now - self._begin) * (self._total - self._done) / max(self._done, 1)
            words = [
                f"{100 * self._done / self._total:.0f} %",
                *words,
                f"{max(left, 0):.0f} s left",
            ]
        sys.stdout.write(f"\rruntime-kit: {self._text}: {', '.join(words)}   ")
        sys.stdout.flush()
        self._printed = True

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.update(self._done - self._bar.n)
            self._bar.close()
        elif self._printed:
            sys.stdout.write("\n")
