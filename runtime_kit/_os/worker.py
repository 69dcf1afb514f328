"""One background thread that runs one job at a time."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections.abc import Callable
from types import FrameType


class Worker:
    """Runs jobs in turn in a daemon thread that starts with the first job.

    At most one job is under way and none is queued: :meth:`submit` waits for the last one. A job
    must handle its own errors. At the interpreter's exit the job under way is waited for.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._job: Callable[[], object] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._pid = os.getpid()
        _workers.add(self)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def submit(self, job: Callable[[], object]) -> None:
        self.wait()
        with self._changed:
            self._job = job
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:  # no thread is to be had: now, then
                    self._thread = None
            self._changed.notify_all()
        if self._thread is None:
            self._do(job)

    def wait(self, timeout: float | None = None) -> bool:
        """Until the job under way is done; False when ``timeout`` seconds were not enough.

        Waits in short turns, so that a Python signal handler runs in between on every platform.
        """
        if threading.current_thread() is self._thread or os.getpid() != self._pid:
            return True  # a forked child has no such thread
        with self._changed:
            left = float("inf") if timeout is None else timeout
            while self._job is not None and left > 0:
                self._changed.wait(min(0.5, left))
                left -= 0.5
            return self._job is None

    def close(self) -> None:
        self.wait()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._job is None and not self._closed:
                    self._changed.wait()
                if self._job is None:
                    self._thread = None
                    return
                job = self._job
            self._do(job)

    def _do(self, job: Callable[[], object]) -> None:
        try:
            job()
        finally:
            with self._changed:
                self._job = None
                self._changed.notify_all()


def is_waiting(frame: FrameType | None) -> bool:
    """Whether a thread that is at ``frame`` waits for a job."""
    while frame is not None and frame.f_code is not Worker.wait.__code__:
        frame = frame.f_back
    return frame is not None


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()


@atexit.register
def _finish_all() -> None:
    for worker in list(_workers):
        worker.wait()
