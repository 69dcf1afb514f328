"""The mounted durable folder, as ``runtime_kit.drive`` tells it."""

from __future__ import annotations

import os
import sys
from typing import Any


def status() -> dict[str, Any] | None:
    """What is mounted; nothing is imported or waited for.

    Where ``runtime_kit.drive`` was not used, Colab's own mount is told by its folder.
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
