"""Who writes a run, as its lock says, without touching it: the rules, in one place."""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import time
from pathlib import Path
from typing import Any

from runtime_kit._os.files import read_regular
from runtime_kit._os.process import machine, process_start

from .layout import LOCK

_LONGEST = 1 << 16  # bytes of a lock
SILENCE = 90.0  # seconds without a sign of life after which another machine's owner counts as gone


def read_owner(lock: Path) -> dict[str, Any] | None:
    """What the lock says; None while it is missing or torn, or nothing that a lock can be."""
    try:
        body = json.loads(read_regular(lock, _LONGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def is_alive(owner: dict[str, Any]) -> bool | None:
    """Look up the process, if it is of this machine; None for one of another machine, of which only
    its signs of life are known."""
    if owner.get("released"):
        return False
    if owner.get("machine") != machine():
        return None
    pid = owner.get("pid")
    started = process_start(pid) if isinstance(pid, int) and 0 < pid < 1 << 31 else None
    return started is not None and started == owner.get("started")


def sign_of_life(lock: Path) -> tuple[int, float]:
    """Changes with each sign; and when the last one was, in seconds since 1970."""
    with contextlib.suppress(OSError):
        status = lock.stat()
        return status.st_mtime_ns, status.st_mtime
    return 0, time.time()


def describe(owner: dict[str, Any]) -> str:
    """The process, its host and since when."""
    try:
        moment = f"{datetime.datetime.fromtimestamp(float(owner.get('time', 0))):%Y-%m-%d %H:%M:%S}"
    except (TypeError, ValueError, ArithmeticError, OSError):
        moment = "an unknown time"
    return f"process {owner.get('pid')} on {str(owner.get('host'))[:100]} (since {moment})"


def live_owner(run: Path) -> dict[str, Any] | None:
    """``{"host", "pid", "since"}`` of the live process that writes the run, or None.

    One of another machine counts as alive while its last sign of life is not older than a writer
    here would wait for it.
    """
    owner = read_owner(run / LOCK)
    if owner is None:
        return None
    alive = is_alive(owner)
    if alive is None:
        alive = time.time() - sign_of_life(run / LOCK)[1] <= SILENCE
    if not alive:
        return None
    since, pid = owner.get("time"), owner.get("pid")
    return {
        "host": str(owner.get("host", "?"))[:100],
        "pid": pid if isinstance(pid, int) else None,
        "since": since if isinstance(since, float) and math.isfinite(since) else 0.0,
    }
