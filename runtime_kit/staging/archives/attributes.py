"""What a staged file keeps of the archive besides its bytes."""

from __future__ import annotations

import time


def permissions(mode: int) -> int:
    """What the archive states, less what lets others write or raises privileges."""
    return (mode & 0o755) | 0o600 if mode else 0o644


def sane_time(mtime: float) -> float:
    """A time that every file system can keep."""
    return mtime if 0 <= mtime < 1 << 33 else time.time()
