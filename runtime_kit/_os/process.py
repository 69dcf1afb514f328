"""Which process and machine this is, so that a lock's owner can be looked up."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
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
    if os.name == "nt":
        return _windows_process(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass
    return "unknown"


def _windows_process(pid: int) -> str | None:
    """os.kill(pid, 0) would send Ctrl-C there."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(0x1000, False, pid)
    if not handle:
        return None
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return "unknown" if code.value == 259 else None


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
