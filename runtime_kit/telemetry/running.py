"""Knows whether a cell of the user's is running."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any


class Running:
    """Follows IPython's events. Requests of front ends are silent and cause none of them.

    A cell may run cells itself, and one that is empty ends without having begun: so the cells that
    have begun are kept, and an end is that of the innermost one of the same text.
    """

    def __init__(
        self, shell: Any, on_begin: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        self._shell = shell
        self._on_begin, self._on_end = on_begin, on_end
        self._cells: list[str] = []

    @property
    def busy(self) -> bool:
        return bool(self._cells)

    def watch(self) -> None:
        """Begin; a cell that is running already counts."""
        if not self._cells and _is_in_cell(self._shell):
            self._cells = [""]
        self._shell.events.register("pre_run_cell", self._began)
        self._shell.events.register("post_run_cell", self._ended)
        # It may have ended meanwhile, perhaps before the events.
        if self._cells and not _is_in_cell(self._shell):
            self._cells = []

    def unwatch(self) -> None:
        for event, callback in (("pre_run_cell", self._began), ("post_run_cell", self._ended)):
            with contextlib.suppress(ValueError):  # the user reset the events
                self._shell.events.unregister(event, callback)
        self._cells = []

    def _began(self, info: Any) -> None:
        self._cells.append(getattr(info, "raw_cell", None) or "")
        if len(self._cells) == 1:
            self._on_begin()

    def _ended(self, result: Any) -> None:
        text = getattr(getattr(result, "info", None), "raw_cell", None)
        if not self._cells or (text is not None and not text.strip()):
            return
        if text in self._cells:
            while self._cells.pop() != text:
                pass
        else:  # it ran before we came, or was cancelled
            self._cells.pop()
        if not self._cells:
            self._on_end()


def _is_in_cell(shell: Any) -> bool:
    """Whether IPython's ``run_cell_async`` of a visible cell is under way in the main thread."""
    frames = [*_stack(), *_waiting(shell)]
    return any(
        frame.f_code.co_name == "run_cell_async"
        and "IPython" in frame.f_code.co_filename
        and not frame.f_locals.get("silent", False)
        for frame in frames
    )


def _stack() -> Iterator[FrameType]:
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _waiting(shell: Any) -> Iterator[FrameType]:
    """A cell with ``await`` is a task of the kernel's loop, and on no stack while it waits."""
    loop = getattr(getattr(getattr(shell, "kernel", None), "io_loop", None), "asyncio_loop", None)
    if loop is None:
        return
    with contextlib.suppress(RuntimeError):  # so many come and go that they cannot be listed
        for task in asyncio.all_tasks(loop):
            frame = getattr(task.get_coro(), "cr_frame", None)
            if frame is not None:
                yield frame
