"""Calls that may hang (a dead or stopped mount), with an end to the waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from .errors import SourceGoneError

T = TypeVar("T")


def within(seconds: float, what: str, call: Callable[..., T], *args: Any) -> T:
    """``call(*args)``, given up after so many seconds.

    A thread that hangs in a dead mount cannot be ended, so it is left behind as a daemon; an
    interrupt reaches the caller at once.

    :raises SourceGoneError: no answer in time.
    """
    result: list[T] = []
    failure: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            result.append(call(*args))
        except BaseException as error:
            failure.append(error)
        done.set()

    threading.Thread(target=run, name="runtime-kit-patience", daemon=True).start()
    if not done.wait(seconds):
        raise SourceGoneError(
            f"{what} did not answer within {seconds:g} s: its mount hangs. Unmount it "
            "(`umount -l`), mount it again, and call this again: it goes on from where it was."
        )
    if failure:
        raise failure[0]
    return result[0]
