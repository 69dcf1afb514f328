"""Who writes a run at the moment, told from its lock without touching it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint.layout import LOCK
from runtime_kit.checkpoint.lock import SILENCE, machine, process_start


def live_owner(run: Path) -> dict[str, Any] | None:
    """``{"host", "pid", "since"}`` of the live process that writes the run, or None.

    A process of this machine is looked up. One of another machine counts as alive while its last
    sign of life is not older than a writer there would wait for it.
    """
    path = run / LOCK
    try:
        owner = json.loads(path.read_bytes())
        silent = time.time() - path.stat().st_mtime
    except (OSError, ValueError):
        return None
    if not isinstance(owner, dict) or owner.get("released"):
        return None
    if owner.get("machine") == machine():
        pid = owner.get("pid")
        started = process_start(pid) if isinstance(pid, int) else None
        if started is None or started != owner.get("started"):
            return None
    elif silent > SILENCE:
        return None
    since = owner.get("time")
    return {
        "host": str(owner.get("host", "?")),
        "pid": owner.get("pid"),
        "since": float(since) if isinstance(since, (int, float)) else 0.0,
    }
