"""Free space where files are written: the working directory and the durable folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any


def measure(path: Path, role: str) -> dict[str, Any]:
    """``path``, ``role``, ``free`` and ``total`` in bytes, of the nearest folder that exists."""
    usage = shutil.disk_usage(nearest(path))
    return {"path": str(path), "role": role, "free": usage.free, "total": usage.total}


def nearest(path: Path) -> Path:
    """A folder of runs need not exist yet: its disk is that of the folder it will be made in."""
    while not os.path.isdir(path) and path != path.parent:
        path = path.parent
    return path
