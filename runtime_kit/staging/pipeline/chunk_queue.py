"""A large member on its way to the worker that writes it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

from runtime_kit.staging.errors import StageError

from .worker_pool import WorkerPool


class ChunkQueue:
    """A member too large for one piece, handed to the worker that writes it as it comes."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._pieces: deque[memoryview] = deque()
        self._ended = False
        self._changed = threading.Condition()

    def put(self, piece: memoryview) -> None:
        self._pool.hold(len(piece))
        with self._changed:
            self._pieces.append(piece)
            self._changed.notify()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()

    def __iter__(self) -> Iterator[memoryview]:
        while True:
            with self._changed:
                while not self._pieces and not self._ended:
                    if self._pool.stopped:  # what is cut short must not get its name
                        raise StageError("Staging was stopped")
                    self._changed.wait(0.2)
                if not self._pieces:
                    return
                piece = self._pieces.popleft()
            yield piece
            self._pool.release(len(piece))
            del piece
