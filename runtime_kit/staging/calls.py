"""Calls that may hang (a dead or stopped mount), as errors of staging."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from runtime_kit._os.timeouts import bounded

from .errors import SourceGoneError

T = TypeVar("T")


def within(seconds: float, what: str, call: Callable[..., T], *args: Any) -> T:
    """``call(*args)``; see :func:`timeouts.bounded`.

    :raises SourceGoneError: no answer within ``seconds``.
    """
    late = SourceGoneError(
        f"{what} did not respond within {seconds:g} s: its mount hangs. Unmount it "
        "(`umount -l`), mount it again, and repeat this call to continue."
    )
    return bounded(partial(call, *args), seconds, lambda: late)
