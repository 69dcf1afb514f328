"""A progress line for reads and copies that take long enough to make somebody wonder."""

from __future__ import annotations

import sys
import time

QUIET = 3.0  # seconds before the first line
EVERY = 1.0


class Progress:
    """``with Progress("reading step 12 (8 GB)", total) as progress: progress.add(count)``."""

    def __init__(self, text: str, total: int) -> None:
        self._text = text
        self._total = max(total, 1)
        self._done = 0
        self._begin = self._next = 0.0
        self._shown = False

    def __enter__(self) -> Progress:
        self._begin = time.monotonic()
        self._next = self._begin + QUIET
        return self

    def add(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY
        self._shown = True
        left = (now - self._begin) * (self._total - self._done) / max(self._done, 1)
        sys.stdout.write(
            f"\rruntime-kit: {self._text} {100 * self._done / self._total:3.0f} %, "
            f"{max(left, 0):.0f} s left   "
        )
        sys.stdout.flush()

    def __exit__(self, *exception: object) -> None:
        if self._shown:
            sys.stdout.write("\n")
            sys.stdout.flush()
