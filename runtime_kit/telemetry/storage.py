"""The mounted durable folder, as ``runtime_kit.drive`` tells it."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any


def look(seconds: float) -> None:
    """Ask now whether it answers, and wait for that a moment. May be a request to a server."""
    drive = sys.modules.get("runtime_kit.storage.drive")
    with contextlib.suppress(Exception):  # nothing is mounted, or it does not answer in time
        if drive is not None:
            drive.health(seconds)


def status() -> dict[str, Any] | None:
    """What is mounted; nothing is imported or waited for. Its health is that of a while ago.

    Where ``runtime_kit.drive`` was not used, Colab's own mount is recognised by its folder.
    """
    drive = sys.modules.get("runtime_kit.storage.drive")
    found = drive.status() if drive is not None else None
    if found is None and os.path.isdir("/content/drive/MyDrive"):
        return {
            "provider": "colab",
            "title": "Google Drive",
            "path": "/content/drive/MyDrive",
            "durable": True,
            "healthy": None,
            "detail": "",
            "free": None,
            "read_only": False,
        }
    return dict(found) if found is not None else None
