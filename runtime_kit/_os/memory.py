"""How much memory this process may still take, containers included."""

from __future__ import annotations

import contextlib
from pathlib import Path


def available_bytes() -> int | None:
    """The smaller of what the machine has free and what the container's limit leaves; None where
    neither is known. Page cache counts as free, since the kernel gives it back."""
    found = [value for value in (_machine(), _cgroup2(), _cgroup1()) if value is not None]
    return min(found) if found else None


def readable(size: float) -> str:
    """``1.5 GB``: decimal units, as disks and quotas are sold."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit in ("B", "kB") else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def _machine() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _cgroup2() -> int | None:
    with contextlib.suppress(OSError, ValueError):
        name = Path("/proc/self/cgroup").read_text().strip().rpartition("::")[2]
        for folder in (Path("/sys/fs/cgroup") / name.lstrip("/"), Path("/sys/fs/cgroup")):
            limit = folder / "memory.max"
            if limit.exists() and (text := limit.read_text().strip()) != "max":
                used = int((folder / "memory.current").read_text())
                return max(0, int(text) - used + _statistic(folder / "memory.stat"))
    return None


def _cgroup1() -> int | None:
    folder = Path("/sys/fs/cgroup/memory")
    with contextlib.suppress(OSError, ValueError):
        limit = int((folder / "memory.limit_in_bytes").read_text())
        used = int((folder / "memory.usage_in_bytes").read_text())
        if limit < 1 << 60:
            return max(0, limit - used + _statistic(folder / "memory.stat"))
    return None


def _statistic(path: Path) -> int:
    """Page cache that can be dropped at once."""
    with contextlib.suppress(OSError, ValueError):
        for line in path.read_text().splitlines():
            name, _, value = line.partition(" ")
            if name in ("inactive_file", "total_inactive_file"):
                return int(value)
    return 0
