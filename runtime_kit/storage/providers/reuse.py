"""Going on with what is mounted already."""

from __future__ import annotations

from runtime_kit._os.say import say
from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError, StorageTimeout
from runtime_kit.storage.mounts.mount_table import mounted_at
from runtime_kit.storage.provider import PATIENCE, Mounted, Request


def reuse(mounted: Mounted, request: Request) -> Mounted:
    """Check that a mount that is there answers, or remount it, and that it suits the request.

    :raises StorageError: it cannot be remounted, or is read-only where it is to be written.
    """
    point = mounted.root
    try:
        bounded(lambda: mounted.provider.probe(mounted), PATIENCE, f"The mount {point}")
    except (OSError, StorageTimeout):
        say(f"The mount {point} does not answer. Remounting it.")
        mounted = mounted.provider.remount(mounted, request.timeout)
    entry = mounted_at(mounted.root)
    read_only = mounted.read_only or (entry is not None and entry.read_only)
    if read_only and not request.read_only:
        raise StorageError(
            f"{point} is mounted read-only. Unmount it first, or pass read_only=True."
        )
    mounted.detail = f"was mounted already. {mounted.detail}"
    return mounted
