"""Which process and machine this is, so that a lock's owner can be looked up."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import subprocess
from pathlib import Path


def process_start(pid: int) -> str | None:
    """When a process began, in a form that tells apart two that had the same number; None if it
    does not run. A zombie does not count."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    except FileNotFoundError:
        if os.path.isdir("/proc/self"):
            return None
    except OSError:
        return "unknown"
    return _start_on_windows(pid) if os.name == "nt" else _start_by_ps(pid)


def _start_by_ps(pid: int) -> str | None:
    """macOS and BSD: a number is given again, so that it runs says little without its start."""
    command = ["ps", "-o", "state=", "-o", "lstart=", "-p", str(pid)]
    try:
        said = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=5,
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    state, _, start = said.stdout.strip().partition(" ")
    return None if not start or state[0] in "ZX" else " ".join(start.split())


def _start_on_windows(pid: int) -> str | None:
    """os.kill(pid, 0) would send Ctrl-C there."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return None
    code = ctypes.c_ulong()
    created, exited, system, user = (ctypes.c_ulonglong() for _ in range(4))
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    times = (ctypes.byref(value) for value in (created, exited, system, user))
    known = kernel.GetProcessTimes(handle, *times)
    kernel.CloseHandle(handle)
    if code.value != 259:  # STILL_ACTIVE
        return None
    return str(created.value) if known else "unknown"


def machine() -> str:
    """Names the machine, its boot and its process namespace, within which a pid means something."""
    parts = [platform.node()]
    for path in ("/proc/sys/kernel/random/boot_id", "/etc/machine-id"):
        with contextlib.suppress(OSError):
            parts.append(Path(path).read_text().strip())
            break
    with contextlib.suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)
