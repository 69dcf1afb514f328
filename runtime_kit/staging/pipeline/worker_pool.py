"""Threads that unpack and write, with a bound on the bytes that wait for them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from runtime_kit.staging.errors import SourceGoneError

CAPACITY = 16 << 20
BATCH = 1 << 20
"""Bytes of small tasks that a worker gets at a time: handing over costs switches of threads."""

OWN = 1 << 10
"""Bytes that a task takes itself, at least."""

Task = tuple[Callable[..., None], tuple[Any, ...]]


class WorkerPool:
    """``submit`` blocks while too many bytes wait, and raises what a worker failed with. It is for
    one thread, and hands small tasks over many at a time; ``drain`` hands over the last.

    With a ``timeout``, workers read from the source themselves, and so many seconds without a
    ``beat`` are too many. ``trouble`` is what they last complained of.

    Threads of its own rather than an executor's: those are joined when Python ends, and one may
    hang in a mount.
    """

    def __init__(
        self, workers: int, capacity: int = CAPACITY, timeout: float | None = None
    ) -> None:
        self.trouble = ""
        self._capacity = capacity
        self._timeout = timeout
        self._beat = time.monotonic()
        self._batch: list[Task] = []  # what is not handed over yet
        self._weight = 0  # the bytes of it
        self._batches: deque[tuple[int, list[Task]]] = deque()
        self._held = 0  # bytes that wait or are worked on
        self._open = 0  # batches that wait or are worked on
        self._failure: BaseException | None = None
        self._closed = False
        lock = threading.RLock()
        self._work = threading.Condition(lock)  # for workers: there is some
        self._room = threading.Condition(lock)  # for the one who submits: there is some again
        self._threads = [
            threading.Thread(target=self._run, name=f"runtime-kit-unpack-{n}", daemon=True)
            for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, cost: int, call: Callable[..., None], *args: Any) -> None:
        """Have a worker do ``call(*args)``, which holds ``cost`` bytes until it is done."""
        self._batch.append((call, args))
        self._weight += max(cost, OWN)
        if self._weight >= BATCH:
            self._hand_over()

    def submit_fed(self, call: Callable[..., None], *args: Any) -> None:
        """The same at once, for what is fed. Never with others: they would hold the bytes that it
        waits for."""
        self._hand_over()
        self._batch.append((call, args))
        self._hand_over()

    def _hand_over(self) -> None:
        if not self._batch:
            return
        with self._work:
            self.hold(self._weight)
            self._batches.append((self._weight, self._batch))
            self._open += 1
            self._work.notify()
        self._batch, self._weight = [], 0

    def hold(self, cost: int) -> None:
        """Wait until so many more bytes may be kept."""
        with self._room:
            self._wait(lambda: self._held == 0 or self._held + cost <= self._capacity)
            self._held += cost

    def release(self, cost: int) -> None:
        with self._room:
            self._held -= cost
            # Only when there is much room: each wake-up costs a switch of threads.
            if self._held <= self._capacity // 2:
                self._room.notify()

    @property
    def stopped(self) -> bool:
        """Whether a worker is to give up what it does."""
        return self._closed or self._failure is not None

    def drain(self) -> None:
        """Wait until everything that was submitted is done."""
        self._hand_over()
        with self._room:
            self._wait(lambda: self._open == 0)

    def beat(self) -> None:
        """Something came from the source."""
        self._beat = time.monotonic()
        self.trouble = ""

    def pause(self, seconds: float) -> None:
        """Before another try; ends early when there is nothing to try for any more."""
        limit = time.monotonic() + seconds
        while not self.stopped and time.monotonic() < limit:
            time.sleep(0.05)

    def close(self, seconds: float = 10.0) -> None:
        """Drop what waits; return when no worker writes any more (or hangs, in a mount)."""
        with self._work:
            self._closed = True
            self._batches.clear()
            self._work.notify_all()
        limit = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, limit - time.monotonic()))

    def _wait(self, ready: Callable[[], bool]) -> None:
        while not ready() and self._failure is None:
            if self._timeout is not None and time.monotonic() - self._beat > self._timeout:
                raise SourceGoneError(
                    f"No data from the source for {self._timeout:g} s{self.trouble}. "
                    "Make it available and call this again to continue."
                )
            self._room.wait(1.0)
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while True:
            with self._work:
                self._work.wait_for(lambda: self._batches or self._closed)
                if self._closed:
                    return
                weight, batch = self._batches.popleft()
            for call, args in batch:
                if self.stopped:
                    break
                try:
                    call(*args)
                except BaseException as error:
                    with self._room:
                        self._failure = self._failure or error
            # Or the last member's block stays in memory while this waits.
            batch.clear()
            call = args = None  # type: ignore[assignment]
            with self._room:
                self._beat = time.monotonic()
                self._open -= 1
                if self._open == 0 or self._failure is not None:
                    self._room.notify()
            self.release(weight)
