"""Asks what may hang: a dead mount, a stuck driver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from .._os.trusted_imports import run_trusted
from ..accelerator import command


class BackgroundProbe:
    """The answers of ``function``, asked in a thread of its own.

    An answer that does not come in time is not waited for, then or at the next question: the last
    one stays, and the function is not asked again before it has returned, so that at most one
    thread is ever stuck.

    Its cost is the processor time of the calls that have returned, tools that they ran included.
    """

    def __init__(self, function: Callable[[], Any], name: str) -> None:
        self._function = function
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._since = 0.0
        self.value: Any = None
        self.answered = False
        self.problem = ""
        self._cost = 0.0

    def ask(self, seconds: float) -> Any:
        """A new answer if it comes within ``seconds`` of when it was asked for, else the last one.
        ``problem`` says why."""
        with self._lock:
            thread = self._thread
            if thread is None:
                thread = threading.Thread(
                    target=self._run, name=f"runtime-kit-{self._name}", daemon=True
                )
                self._thread = thread
                self._since = time.monotonic()
                try:
                    thread.start()
                except RuntimeError:  # no threads here (Pyodide), or none any more (exit)
                    self._thread = None
                    thread = None
        if thread is None:
            self._run()
            return self.value
        thread.join(max(seconds - (time.monotonic() - self._since), 0))
        if thread.is_alive():
            self.problem = f"no answer for {time.monotonic() - self._since:.0f} s"
        return self.value

    def take_cost(self) -> float:
        """Seconds of processor time since the last call."""
        cost, self._cost = self._cost, 0.0
        return cost

    def _run(self) -> None:
        begin = time.thread_time()
        command.take_cost()
        try:
            self.value = run_trusted(self._function)
            self.problem, self.answered = "", True
        except Exception as error:  # whatever a driver or a file system comes up with
            self.problem = f"{type(error).__name__}: {error}"[:300]
        finally:
            self._cost += time.thread_time() - begin + command.take_cost()
            self._thread = None
