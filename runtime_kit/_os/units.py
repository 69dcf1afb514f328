"""Sizes as people read them."""

from __future__ import annotations


def readable(size: float) -> str:
    """``1.5 GB``: decimal units, as disks and quotas are sold."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit in ("B", "kB") else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
