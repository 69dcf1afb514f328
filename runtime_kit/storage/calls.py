"""Calls that may hang, and programs that may fail, as errors of storage."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from typing import TypeVar

from runtime_kit._os import child, timeouts

from .errors import StorageError, StorageTimeout, meaning

T = TypeVar("T")


def no_answer(doing: str, timeout: float) -> StorageTimeout:
    """The error for what did not come back within ``timeout`` seconds."""
    return StorageTimeout(f"{doing} did not respond within {timeout:g} s.")


def bounded(function: Callable[[], T], timeout: float, doing: str) -> T:
    """See :func:`timeouts.bounded`.

    :raises StorageTimeout: it did not come back in time.
    """
    return timeouts.bounded(function, timeout, lambda: no_answer(doing, timeout))


def run(
    words: Sequence[str | os.PathLike[str]],
    timeout: float,
    doing: str,
    *,
    environment: dict[str, str] | None = None,
    accept: Sequence[int] = (0,),
    stopping: Callable[[], bool] | None = None,
) -> str:
    """What a program prints; see :func:`child.run`.

    :raises StorageError: it failed; the cause has its words.
    """
    try:
        done = child.run(words, timeout, environment=environment, stopping=stopping)
    except subprocess.TimeoutExpired as error:
        raise StorageTimeout(f"{doing} timed out after {timeout:g} s.") from error
    except child.Stopped:
        raise StorageError(f"{doing} was stopped.") from None
    if done.returncode not in accept:
        cause = subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
        raise StorageError(f"{doing} failed: {meaning(child.last_words(done.stderr))}.") from cause
    return done.stdout
