"""Sends samples while a cell runs, and only then.

Any message counts as activity: sent to an idle kernel it would keep it alive for ever.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from . import publish
from .running import Running
from .sampler import Sampler

_FIRST = 0.3  # seconds into a cell; shorter ones are not worth a sample
_CELLS, _SECONDS = 50, 900.0  # without a word for so many cells and so long, a front end is gone


class _Lease:
    """A page may be closed without a word; an open one asks after a cell now and then."""

    def __init__(self) -> None:
        self.cells, self.since = 0, time.monotonic()

    def is_over(self) -> bool:
        """To be asked as each cell begins."""
        self.cells += 1
        return self.cells > _CELLS and time.monotonic() - self.since > _SECONDS


class Watcher:
    """The front ends that watch this kernel, and the thread that serves them.

    All of them hear one comm id. The thread is there while one of them watches.
    """

    def __init__(self, shell: Any, sampler: Sampler) -> None:
        self.sampler = sampler
        self.comm_id = ""
        self._clients: dict[str, _Lease] = {}
        self._running = Running(shell, self._begin, self._end)
        self._changed = threading.Condition()
        self._events: list[dict[str, Any]] = []
        self._say_busy: Any = None
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._running.busy

    def add(self, client: str, comm_id: str) -> bool:
        """A front end watches from now on; False where nothing can be sent from here."""
        if not publish.can_publish():
            return False
        self.comm_id = comm_id
        first = not self._clients
        self._clients[client] = _Lease()
        if first:
            self._running.watch()
            self._thread = threading.Thread(
                target=self._serve, name="runtime-kit-monitor", daemon=True
            )
            try:
                self._thread.start()
            except RuntimeError:  # a platform without threads
                self.remove(client)
                return False
        return True

    def renew(self, client: str) -> None:
        """It is still there."""
        if client in self._clients:
            self._clients[client] = _Lease()

    def remove(self, client: str) -> None:
        """It does not watch any more; without the last one the thread ends."""
        with self._changed:
            if self._clients.pop(client, None) and not self._clients:
                self._running.unwatch()
            self._changed.notify_all()

    def remove_all(self) -> None:
        for client in list(self._clients):
            self.remove(client)

    def tell(self, event: dict[str, Any]) -> None:
        """Something happened that the front ends are to hear of at once, if a cell runs."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def say_busy(self) -> None:
        """A question reached us beside the running cell: make good what its status says."""
        with self._changed:
            self._say_busy = publish.current_request()
            self._changed.notify_all()

    def _begin(self) -> None:
        for client, lease in list(self._clients.items()):
            if lease.is_over():
                self.remove(client)
        with self._changed:
            self._changed.notify_all()

    def _end(self) -> None:
        with self._changed:  # what is being sent is out before the kernel says that it is idle
            self._events.clear()
            self._say_busy = None

    # -- the thread

    def _serve(self) -> None:
        while self._clients:
            with self._changed:
                self._changed.wait_for(lambda: self.busy or not self._clients)
                ended = self._changed.wait_for(lambda: not (self.busy and self._clients), _FIRST)
            while not ended and self.busy and self._clients:
                if threading.current_thread() is not self._thread:
                    return
                sample = self.sampler.take(busy=True)
                self._send({"kind": "sample", "sample": sample})
                ended = self._pause(self.sampler.budget.interval)

    def _pause(self, seconds: float) -> bool:
        """Wait for the next sample's time and pass on events meanwhile; True at the cell's end."""
        until = time.monotonic() + seconds
        while self.busy and self._clients:
            with self._changed:
                left = until - time.monotonic()
                self._changed.wait_for(self._has_news, max(left, 0))
                events, self._events = self._events, []
                if self._say_busy and self.busy:
                    publish.publish_busy(self._say_busy)
                self._say_busy = None
            for event in events:
                self._send({"kind": "event", "event": event})
            if events or left <= 0:
                return False
        return True

    def _has_news(self) -> bool:
        return bool(self._events or self._say_busy or not self.busy or not self._clients)

    def _send(self, data: dict[str, Any]) -> None:
        with self._changed:
            if self.busy and self._clients:
                publish.publish(self.comm_id, data)
