"""Sends samples while a cell runs, and only then.

Any message counts as activity: sent to an idle kernel it would keep it alive for ever.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from .._os.trusted_imports import trusted_imports
from . import live, publish
from .budget import LONGEST, SHORTEST, USUAL
from .running import Running
from .sampler import Sampler

_WHOLE = 15  # each so many samples have all histories, for pages that have just come
_AFTER = (1.0, 5.0)  # seconds: the answer goes to the page, which ends the subshell then
_FIRST = 0.3  # seconds into a cell; shorter ones are not worth a sample
_CELLS, _SECONDS = 50, 900.0  # without a word for so many cells and so long, a front end is gone
_REST = 5.0  # seconds without a cell, in which one that is there asks


class _Lease:
    """A page may be closed without a word; an open one asks after a cell now and then."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.cells, self.since = 0, time.monotonic()

    def is_over(self, rest: float) -> bool:
        """To be asked as each cell begins, with the seconds since the last one. While cells follow
        each other no page can ask, and none is given up for that."""
        self.cells += rest > _REST
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
        self._wished = self._early = False
        self._busy_at: list[float] = []
        self._rests_since = time.monotonic()
        self._request: Any = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._count = 0
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._running.busy

    def add(self, client: str, comm_id: str, interval: float = USUAL) -> bool:
        """A front end watches from now on, and wants a sample every ``interval`` seconds; False
        where nothing can be sent from here."""
        if not publish.can_publish():
            return False
        self.comm_id = comm_id
        first = not self._clients
        self._lease(client, interval)
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

    def renew(self, client: str, interval: float = USUAL) -> None:
        """Note that it is still there, also if it was given up."""
        if client in self._clients:
            self._lease(client, interval)
        elif self.comm_id:
            self.add(client, self.comm_id, interval)

    def _lease(self, client: str, interval: float) -> None:
        self._clients[client] = _Lease(min(max(interval, SHORTEST), LONGEST))
        self.sampler.budget.shortest = min(lease.interval for lease in self._clients.values())

    def remove(self, client: str) -> None:
        """End its watch; without the last one the thread ends."""
        with self._changed:
            if self._clients.pop(client, None) and not self._clients:
                self._running.unwatch()
                if self._unsubscribe is not None:
                    self._unsubscribe()
                    self._unsubscribe = None
            self._changed.notify_all()

    def remove_all(self) -> None:
        for client in list(self._clients):
            self.remove(client)

    def wish(self) -> None:
        """A checkpoint was asked for: the front ends are to see at once that it is there."""
        self._wished = True

    def on_run_event(self, event: dict[str, Any]) -> None:
        """A checkpoint was saved, or could not be."""
        if self._wished and event.get("event") in ("saved", "failed"):
            with self._changed:
                self._wished, self._early = False, True
                self._changed.notify_all()

    def say_busy(self) -> None:
        """A question reached us beside the running cell: make good what its status messages say,
        once they are out."""
        now = time.monotonic()
        with self._changed:
            self._request = publish.current_request()
            self._busy_at = [now + delay for delay in _AFTER]
            self._changed.notify_all()
        if self.busy:
            publish.hide_idle()

    def _begin(self) -> None:
        rest = time.monotonic() - self._rests_since
        for client, lease in list(self._clients.items()):
            if lease.is_over(rest):
                self.remove(client)
        with self._changed:
            self._changed.notify_all()

    def _end(self) -> None:
        with self._changed:  # what is being sent is out before the kernel says that it is idle
            self._busy_at = []
            self._rests_since = time.monotonic()

    # -- the thread

    def _serve(self) -> None:
        while self._clients:
            with self._changed:
                self._changed.wait_for(lambda: self.busy or not self._clients)
                ended = self._changed.wait_for(lambda: not (self.busy and self._clients), _FIRST)
            while not ended and self.busy and self._clients:
                if threading.current_thread() is not self._thread:
                    return
                # Its traceback would be output of the cell.
                with contextlib.suppress(Exception), trusted_imports():
                    self._publish_sample()
                ended = self._pause(self.sampler.budget.interval)

    def _publish_sample(self) -> None:
        self._listen()
        count, self._count = self._count, self._count + 1
        sample = self.sampler.take(busy=True, whole=count % _WHOLE == 0)
        with self._changed:
            if self.busy and self._clients:
                publish.publish(self.comm_id, {"kind": "sample", "sample": sample})

    def _pause(self, seconds: float) -> bool:
        """Until the next sample is due; True at the cell's end."""
        until = time.monotonic() + seconds
        with self._changed:
            while self.busy and self._clients:
                now = time.monotonic()
                if self._busy_at and now >= self._busy_at[0]:
                    self._busy_at.pop(0)
                    publish.publish_busy(self._request)
                if self._early or now >= until:
                    self._early = False
                    return False
                self._changed.wait(max(min([until, *self._busy_at[:1]]) - now, 0))
        return True

    def _listen(self) -> None:
        """The library may be imported at any time."""
        self._unsubscribe = self._unsubscribe or live.subscribe(self.on_run_event)
