"""What this kernel is and where it runs."""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import sys
from typing import Any

from .. import platform as runtime
from .._os.trusted_imports import import_trusted
from . import publish


@functools.cache
def kernel() -> dict[str, Any]:
    """``runtime_kit``: the package is installed, and the monitor is that of the package.
    ``subshells``: this kernel can be asked beside a cell that runs."""
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "started": runtime.process_started(os.getpid()) or _told_by_psutil(),
        "python": sys.version.split()[0],
        "runtime_kit": __name__.startswith("runtime_kit."),
        "subshells": publish.has_subshells(),
    }


def _told_by_psutil() -> float | None:
    """Where there is no /proc (macOS, Windows): without a start no run is known to be older."""
    with contextlib.suppress(Exception):  # it is not installed, or may not look
        return float(import_trusted("psutil").Process().create_time())
    return None


def platform() -> dict[str, Any]:
    """The runtime with its limits. Mounting Drive changes it, so it is looked at each time."""
    found = runtime.detect()
    return {
        "id": found.id,
        "name": found.name,
        "durable": str(found.durable) if found.durable is not None else None,
        # The page has the words for each platform.
        "advice": found.id if found.advice else "",
        "session_hours": found.session_hours,
        "idle_minutes": found.idle_minutes,
        "estimate": found.estimate,
        "started": runtime.runtime_started(),
    }
