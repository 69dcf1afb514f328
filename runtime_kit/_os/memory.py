"""Memory of this process, of the machine, and of the control groups around the process.

Carried to kernels by the front end, so it imports the standard library only.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_NO_LIMIT = 1 << 60  # cgroup v1 writes a number of pages near 2^63 where there is no limit


def measure(root: Path = Path("/")) -> dict[str, Any]:
    """``process``, ``used`` and ``limit`` in bytes (None: unknown), and whose limit it is.

    The limit is that of the tightest control group around the process where it is below what the
    machine has: in a container that is what the kernel is killed at.
    """
    total, available = _machine(root)
    used = total - available if total is not None and available is not None else None
    limit, taken = min(groups(root), default=(None, None), key=lambda pair: pair[0] or 0)
    if limit is not None and (total is None or limit < total):
        return {"process": _process(root), "used": taken, "limit": limit, "source": "cgroup"}
    return {"process": _process(root), "used": used, "limit": total, "source": "machine"}


def available_bytes(root: Path = Path("/")) -> int | None:
    """How much memory this process may still take: the least of what the machine has free and of
    what each control group around it leaves, parents included; None where nothing is known. Page
    cache counts as free, since the kernel gives it back."""
    left = [max(limit - used, 0) for limit, used in groups(root) if used is not None]
    free = _machine(root)[1]
    return min(left if free is None else [*left, free], default=None)


def groups(root: Path = Path("/")) -> list[tuple[int, int | None]]:
    """Limit and use in bytes of each control group that has a limit, own and parents."""
    return [*_groups_v2(root), *_groups_v1(root)]


def _process(root: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int((root / "proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    psutil = sys.modules.get("psutil")
    if psutil is not None:
        with contextlib.suppress(Exception):
            return int(psutil.Process().memory_info().rss)
    return None


def _machine(root: Path) -> tuple[int | None, int | None]:
    """Total and available bytes."""
    with contextlib.suppress(OSError, ValueError, KeyError, IndexError):
        lines = (root / "proc/meminfo").read_text().splitlines()
        sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines}
        return sizes["MemTotal"], sizes.get("MemAvailable")
    if sys.platform == "darwin":
        with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
            said = subprocess.run(
                ["sysctl", "-n", "hw.memsize"], capture_output=True, timeout=2, check=True
            ).stdout
            return int(said), None
    return None, None


def _groups_v2(root: Path) -> list[tuple[int, int | None]]:
    """Limit and use of each group from this process's one up to the root."""
    return _groups(root, "", "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file")


def _groups_v1(root: Path) -> list[tuple[int, int | None]]:
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    return _groups(root, "memory", "sys/fs/cgroup/memory", *names)


def _groups(
    root: Path, controller: str, mount: str, limit_file: str, usage_file: str, cache: str
) -> list[tuple[int, int | None]]:
    found = []
    top = root / mount
    for folder in _folders(top, _own_group(root, controller)):
        limit = _number(folder / limit_file)
        if limit is not None and limit < _NO_LIMIT:
            usage = _number(folder / usage_file)
            # Cached files give way before anything is killed, so they are no use of memory.
            with contextlib.suppress(OSError, ValueError, TypeError, IndexError):
                stat = (folder / "memory.stat").read_text().splitlines()
                pairs = dict(line.split() for line in stat)
                usage = max(usage - int(pairs.get(cache, 0)), 0)  # type: ignore[operator]
            found.append((limit, usage))
    return found


def _own_group(root: Path, controller: str) -> str:
    """The path of this process's group; in a container it may be that outside of it."""
    with contextlib.suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, names, path = line.split(":", 2)
            if controller in names.split(","):
                return path
    return "/"


def _folders(top: Path, group: str) -> list[Path]:
    own = top / group.strip("/")
    if ".." in own.parts or not own.is_dir():
        return [top]
    return [own, *(parent for parent in own.parents if parent == top or top in parent.parents)]


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # also "max", which is no limit
        return None
