"""A large member on its way to the worker that writes it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

from runtime_kit.staging.errors import StageError

from .worker_pool import Crew


class Feed:
    """A member too large for one piece, handed to the worker that writes it as it comes."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._pieces: deque[memoryview] = deque()
        self._ended = False
        self._changed = threading.Condition()

    def put(self, piece: memoryview) -> None:
        self._crew.hold(len(piece))
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
                    if self._crew.stopped:  # what is cut short must not get its name
                        raise StageError("staging was stopped")
                    self._changed.wait(0.2)
                if not self._pieces:
                    return
                piece = self._pieces.popleft()
            yield piece
            self._crew.release(len(piece))
            del piece
