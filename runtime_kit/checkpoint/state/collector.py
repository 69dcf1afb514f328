"""Python's cyclic garbage collector while many values are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Put collections off. Thousands of new tuples trigger full ones, each of which goes through
    all objects of the program: with a framework loaded they take longer than making the values."""
    enabled = gc.isenabled()
    try:
        gc.disable()
        yield
    finally:
        if enabled:
            gc.enable()
