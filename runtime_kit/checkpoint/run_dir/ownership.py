"""Who writes a run: this object, from ``open`` to ``close``."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable
from pathlib import Path

from .lock import RunLock

_owners: weakref.WeakValueDictionary[str, Ownership] = weakref.WeakValueDictionary()


class Ownership:
    """The lock of one run.

    The same cell run again in one kernel makes a second object for the run: that one owns it then,
    and ``let_go`` of the first is called.

    :raises RunLockedError: another live process writes this run.
    """

    def __init__(self, folder: Path, *, takeover: bool, let_go: Callable[[], None]) -> None:
        self._folder = folder
        self._takeover = takeover
        self._let_go = let_go
        self._lock: RunLock | None = None
        self.open()

    @property
    def held(self) -> bool:
        return self._lock is not None

    @property
    def lost(self) -> bool:
        """Seen in passing: the run is somebody else's now."""
        return self._lock is not None and self._lock.lost

    @property
    def finished(self) -> int | None:
        """The step at which an owner before finished the run."""
        return self._lock.finished if self._lock is not None else None

    def open(self) -> bool:
        """Own the run (again, after :meth:`close`); False if it is owned already."""
        if self._lock is not None:
            return False
        self._supersede()
        lock = RunLock(self._folder)
        lock.acquire(takeover=self._takeover)
        self._lock = lock
        return True

    def check(self) -> None:
        """:class:`RunTakenOverError` when the run is not ours any more."""
        if self._lock is not None:
            self._lock.check()

    def close(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _supersede(self) -> None:
        key = str(self._folder)
        old = _owners.get(key)
        if old is not None and old is not self:
            with contextlib.suppress(Exception):
                old._let_go()
        _owners[key] = self
