"""Runs a stage of the pipeline in a thread of its own, a bounded number of bytes ahead."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from runtime_kit.staging.errors import SourceGoneError

AHEAD = 16 << 20
"""Bytes that one stage may be ahead of the next."""


class ReadAhead:
    """Iterates over blocks that a thread produces meanwhile.

    ``timeout`` seconds without a block end the iteration with :class:`SourceGoneError`, together
    with what ``trouble`` says then; None waits as long as the stage before it does. ``waiting``
    is called every second without a block.
    """

    def __init__(
        self,
        blocks: Iterator[bytes],
        what: str,
        *,
        timeout: float | None = None,
        trouble: Callable[[], str] = lambda: "",
        waiting: Callable[[], None] = lambda: None,
        ahead: int = AHEAD,
    ) -> None:
        self._blocks = blocks
        self._what = what
        self._timeout = timeout
        self._trouble = trouble
        self._waiting = waiting
        self._ahead = ahead
        self._ready: deque[bytes] = deque()
        self._bytes = 0
        self._ended = False
        self._failure: BaseException | None = None
        self._closed = False
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="runtime-kit-read", daemon=True).start()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._changed:
            begin = time.monotonic()
            while not self._changed.wait_for(lambda: self._ready or self._ended, 1.0):
                self._waiting()
                if self._timeout is not None and time.monotonic() - begin > self._timeout:
                    raise SourceGoneError(
                        f"No data from {self._what} for {self._timeout:g} "
                        f"s{self._trouble()}. Make it available and call this again "
                        "to continue."
                    )
            if self._ready:
                block = self._ready.popleft()
                self._bytes -= len(block)
                self._changed.notify_all()
                return block
        if self._failure is not None:
            raise self._failure
        raise StopIteration

    def close(self) -> None:
        """Let the thread end; one that hangs in a dead mount is left behind."""
        with self._changed:
            self._closed = True
            self._ready.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            for block in self._blocks:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._bytes < self._ahead)
                    if self._closed:
                        return
                    self._ready.append(block)
                    self._bytes += len(block)
                    self._changed.notify_all()
        except BaseException as error:
            self._failure = error
        finally:
            close = getattr(self._blocks, "close", None)
            if close is not None:
                close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()
