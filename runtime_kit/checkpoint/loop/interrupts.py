"""Interrupt and termination signals, turned into "save first, then stop"."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any

SIGNALS = tuple(
    number for name in ("SIGINT", "SIGTERM") if (number := getattr(signal, name, None)) is not None
)


class Interrupts:
    """Handlers for SIGINT (the notebook's stop button) and SIGTERM while a loop runs.

    A kernel that is shut down gets SIGINT, 2.5 s later SIGTERM, 5 s later SIGKILL. ``on_signal`` is
    called in the main thread between two bytecodes. ipykernel sets its own SIGINT handler at each
    cell, so :meth:`install` is to be called again now and then; it costs 0.2 microseconds.
    """

    def __init__(self, on_signal: Callable[[int, FrameType | None], None]) -> None:
        self._on_signal = on_signal
        self._previous: dict[int, Any] = {}
        _guard_forks()

    def install(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            current = signal.getsignal(number)
            if current != self._handle and current is not None:
                self._previous[number] = current
                signal.signal(number, self._handle)
        _installed.add(self)

    def uninstall(self) -> None:
        """Put the earlier handlers back where ours are still in place."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number, previous in self._previous.items():
            if signal.getsignal(number) == self._handle:
                signal.signal(number, previous)
        self._previous.clear()
        _installed.discard(self)

    def deliver(self, number: int) -> None:
        """Do what would have happened without this engine."""
        previous = self._previous.get(number, signal.SIG_DFL)
        self.uninstall()
        self._pass_on(number, previous, None)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._on_signal(number, frame)

    def _pass_on(self, number: int, previous: Any, frame: FrameType | None) -> None:
        if callable(previous):
            previous(number, frame)
        elif previous == signal.SIG_IGN and number == signal.SIGINT:
            return
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            with contextlib.suppress(ValueError):
                signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


_installed: weakref.WeakSet[Interrupts] = weakref.WeakSet()
_masks: list[set[int]] = []
_guarded: list[bool] = []


def _guard_forks() -> None:
    """A forked worker is not the run: it gets the earlier handlers back. The signals are held off
    over the fork, since Python forgets those that reach a child before it has set itself up."""
    if _guarded or not hasattr(os, "register_at_fork"):
        return
    _guarded.append(True)

    def before() -> None:
        if _installed:
            _masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS))

    def in_parent() -> None:
        if _masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, _masks.pop())

    def in_child() -> None:
        for interrupts in list(_installed):
            interrupts.uninstall()
        in_parent()

    os.register_at_fork(before=before, after_in_parent=in_parent, after_in_child=in_child)
