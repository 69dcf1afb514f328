"""Whether a folder answers, asked in a way that cannot block: a dead mount blocks for ever."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

from runtime_kit._os.timeouts import wait_until

from .calls import no_answer
from .errors import StorageError, meaning
from .provider import PATIENCE, Mounted

FRESH = 30.0
"""Seconds for which an answer is good enough for a status."""


class Health(NamedTuple):
    """The answer of a probe. False in a condition where the folder cannot be used."""

    ok: bool
    text: str

    def __bool__(self) -> bool:
        return self.ok


class Watch:
    """Probes one folder. One probe at a time: while one hangs, no further thread is spent."""

    def __init__(self, mounted: Mounted) -> None:
        self._mounted = mounted
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._done.set()
        self._started = 0.0
        self._latest: tuple[float, Health, int | None] | None = None

    def ask(self, timeout: float) -> Health:
        """The folder's health now; not healthy if it does not answer in time."""
        done = self._start()
        if not wait_until(done, timeout):
            late = no_answer(str(self._mounted.path), timeout)
            return Health(False, f"{late} Remount it with drive.remount().")
        assert self._latest is not None
        return self._latest[1]

    def glance(self) -> tuple[bool | None, str, int | None]:
        """What is known without waiting: healthy (None: not known yet), words, bytes free. An
        answer that is old is asked for anew, and there at a later glance."""
        latest, now = self._latest, time.monotonic()
        if latest is None or now - latest[0] > FRESH:
            self._start()
        if not self._done.is_set() and now - self._started > PATIENCE:
            return False, f"no answer for {now - self._started:.0f} s", None
        if latest is None:
            return None, "", None
        return latest[1].ok, "" if latest[1].ok else latest[1].text, latest[2]

    def _start(self) -> threading.Event:
        with self._lock:
            if self._done.is_set():
                self._done = threading.Event()
                self._started = time.monotonic()
                name = "runtime-kit-health"
                threading.Thread(target=self._probe, name=name, daemon=True).start()
            return self._done

    def _probe(self) -> None:
        mounted, done = self._mounted, self._done
        free = None
        try:
            mounted.provider.probe(mounted)
            free = mounted.provider.free(mounted)
            health = Health(True, f"{mounted.path} answers.")
        except StorageError as error:
            health = Health(False, str(error))
        except Exception as error:
            health = Health(False, f"{mounted.path}: {meaning(error)}.")
        self._latest = (time.monotonic(), health, free)
        done.set()
