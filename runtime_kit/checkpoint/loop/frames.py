"""The frames of the user's code that run a loop: finding them, reading and writing their variables.

An iterator that is asked for its next item runs below the frame of the loop, after the lines before
the loop have set their variables. What is written there is what the loop goes on with.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import sys
import sysconfig
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

from .bytecode import is_gathering

_OPTIMIZED = 1  # inspect.CO_OPTIMIZED: variables are in slots, f_locals is a copy (before 3.13)
_HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
_KEYS = ("stdlib", "platstdlib", "purelib", "platlib")


@lru_cache(maxsize=1)
def _library_folders() -> tuple[str, ...]:
    paths = {os.path.realpath(sysconfig.get_path(key)) for key in _KEYS}
    paths |= {sysconfig.get_path(key) for key in _KEYS}
    return tuple(path.rstrip(os.sep) + os.sep for path in paths)


@lru_cache(maxsize=1024)
def is_users_file(name: str) -> bool:
    """A cell, a script or a module of the user's, not a library."""
    if name.startswith("<"):  # a cell's name in IPython 7, exec
        return not name.startswith("<frozen")
    path = os.path.abspath(name)
    parts = path.split(os.sep)
    if "site-packages" in parts or "dist-packages" in parts:
        return False
    return not path.startswith((_HERE, *_library_folders()))


def is_users(code: CodeType) -> bool:
    return is_users_file(code.co_filename)


def users_frame(frame: FrameType | None) -> FrameType | None:
    """The nearest frame of the user's code, at or above ``frame``."""
    while frame is not None and not is_users(frame.f_code):
        frame = frame.f_back
    return frame


def library_frames(frame: FrameType | None) -> list[FrameType]:
    """What lies between the iterator and the user's frame: tqdm, a prefetcher."""
    found = []
    while frame is not None and not is_users(frame.f_code):
        found.append(frame)
        frame = frame.f_back
    return found


def column_of(frame: FrameType) -> int | None:
    """The column of the running instruction, where Python knows it (3.11)."""
    place = position_of(frame)
    return place[2] if place is not None else None


def position_of(frame: FrameType) -> tuple[int | None, ...] | None:
    """First and last line, first and last column of the running instruction, as :mod:`ast` has
    them; None where Python does not know it (before 3.11, or with -X no_debug_ranges)."""
    return _position(frame.f_code, frame.f_lasti)


@lru_cache(maxsize=256)
def _position(code: CodeType, instruction: int) -> tuple[int | None, ...] | None:
    if not hasattr(code, "co_positions"):
        return None
    place = next(itertools.islice(code.co_positions(), instruction // 2, None), None)
    return None if place is None or None in place else place


def read_variables(frame: FrameType) -> dict[str, Any]:
    """Names and values; of a cell or script its global ones."""
    namespace = _namespace(frame)
    values = dict(namespace)
    _forget(frame, namespace)
    return values


def _namespace(frame: FrameType) -> Any:
    """One view: each access may begin a new one. In a comprehension of a cell or script, f_locals
    is a copy (Python 3.12) or has the comprehension's variables only (3.13)."""
    code = frame.f_code
    if not code.co_flags & _OPTIMIZED and is_gathering(code, frame.f_lasti):
        return frame.f_globals
    return frame.f_locals


def _forget(frame: FrameType, namespace: dict[str, Any]) -> None:
    """Before 3.13 a function's f_locals is a copy that the frame keeps, and with it an iterator
    that the user's code has let go of."""
    if frame.f_code.co_flags & _OPTIMIZED and sys.version_info < (3, 13):
        namespace.clear()


def write_variables(frame: FrameType, values: dict[str, Any]) -> None:
    """Give variables of a frame that is running new values, cells of closures included."""
    if not values:
        return
    namespace = _namespace(frame)
    namespace.update(values)
    if frame.f_code.co_flags & _OPTIMIZED and sys.version_info < (3, 13):
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
        _forget(frame, namespace)
