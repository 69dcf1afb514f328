"""Waiting for what happens elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

LIMIT = 60.0  # seconds


def eventually(condition: Callable[[], object], what: str, seconds: float = LIMIT) -> None:
    """Return when ``condition`` holds; fail, naming ``what``, when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)
