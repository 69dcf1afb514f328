"""A durable folder, by one call everywhere::

    from runtime_kit import drive

    DRIVE = drive.mount()

Every function has a time-out in seconds, and the stop button ends it at once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from runtime_kit._os.say import say
from runtime_kit._os.timeouts import Deadline
from runtime_kit._os.units import readable

from . import session
from .errors import StorageError, StorageTimeout
from .health import Health
from .mounts.mount_point import usual_or
from .mounts.mount_table import come_back, leave
from .provider import Flushed, Request
from .providers.registry import PROVIDERS, choose
from .rclone.remote_name import why_not_a_remote
from .readiness import make_ready
from .report import announce

__all__ = ["Flushed", "Health", "StorageError", "StorageTimeout", "flush", "health", "mount"]
__all__ += ["pull", "remount", "status", "trash", "unmount", "why_not"]


def mount(
    path: str | os.PathLike[str] | None = None,
    *,
    folder: str = "",
    remote: str = "",
    read_only: bool = False,
    provider: str = "",
    timeout: float = 120,
    connection_string: bool = False,
) -> Path:
    """Make a durable folder ready and return it. Says which it is, how durable, how much is free.

    :param path: where to mount; None is the usual place.
    :param folder: a folder in the Drive or remote; it is made if it is not there.
    :param remote: a remote of rclone's, ``name`` or ``name:folder``; empty: what is there.
    :param provider: the one way to use; empty tries all of them (see :func:`why_not`).
    :param connection_string: ``remote`` may be a connection string of rclone's. Only for one that
        you wrote yourself: its options can run programs.
    :raises StorageError: in one sentence, what is in the way and what to do.
    """
    _check(remote, connection_string)
    request, deadline = _request(path, folder, remote, read_only, timeout), Deadline(timeout)
    mounted, reasons = choose(request, provider)
    chosen = mounted.path / request.folder if request.folder else mounted.path
    make_ready(mounted, chosen, read_only or mounted.read_only, deadline)
    session.remember(mounted)
    watch = session.watch(mounted)
    announce(mounted, chosen, reasons, watch.ask(min(20, max(deadline.left, 1))), watch)
    return chosen


def flush(
    timeout: float = 600,
    *,
    path: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    delete: bool = False,
) -> Flushed:
    """Return when the remote has the bytes. Says so, or what can be promised instead.

    :param overwrite: replace what others changed in the remote (copies only).
    :param delete: delete in the remote what was deleted here (copies only).
    :raises StorageError: something is not there at the end of the time, and why.
    """
    mounted = session.find(path)
    extra = {"overwrite": overwrite, "delete": delete} if "manifest" in mounted.extra else {}
    done = mounted.provider.flush(mounted, timeout, **extra)
    say(done.text)
    return done


def pull(*names: str, timeout: float = 3600, path: str | os.PathLike[str] | None = None) -> int:
    """Where there is no FUSE: bring files or folders of the remote into the local copy (none named:
    all of it). Elsewhere everything is there already. Returns how many files came."""
    mounted = session.find(path)
    bring = getattr(mounted.provider, "pull", None)
    count = bring(mounted, list(names) or [""], timeout) if bring else 0
    if bring:
        say(f"Fetched {count} files from {mounted.remote}.")
    return count


def unmount(
    timeout: float = 3600, *, path: str | os.PathLike[str] | None = None, force: bool = False
) -> None:
    """Wait until the remote has everything, and give the folder back.

    :param force: do not wait, and take it from others who use it. What was not uploaded stays in
        rclone's cache and goes up at the next mount of the same place.
    """
    mounted = session.find(path)
    left = leave(mounted.root)
    try:
        text = mounted.provider.unmount(mounted, timeout, force)
    except BaseException:
        come_back(left, 5)
        raise
    session.forget(mounted)
    if left is not None:
        say(f"The working directory is now {os.getcwd()}.")
    say(text)


def health(timeout: float = 10, *, path: str | os.PathLike[str] | None = None) -> Health:
    """Whether the folder answers. Never blocks for longer than the time-out."""
    return session.watch(session.find(path)).ask(timeout)


def remount(timeout: float = 120, *, path: str | os.PathLike[str] | None = None) -> Path:
    """Bring a mount back that has died (``Errno 107``) or hangs. The working directory is moved
    out of it first, and back afterwards."""
    mounted = session.find(path)
    deadline = Deadline(timeout)
    left = leave(mounted.root)
    again = mounted.provider.remount(mounted, deadline.left)
    session.forget(mounted)
    session.remember(again)
    come_back(left, 10)
    answer = session.watch(again).ask(max(deadline.left, 5))
    if not answer:
        raise StorageError(answer.text)
    say(f"{again.path} is mounted again.")
    return again.path


def trash(
    *, empty: bool = False, timeout: float = 120, path: str | os.PathLike[str] | None = None
) -> int | None:
    """How many bytes the remote's trash holds; None where nobody can tell. Deleted files count
    against the space of a Drive until it is emptied, which is done only on request."""
    mounted = session.find(path)
    held = mounted.provider.trash(mounted, empty, timeout)
    words = "is not known here" if held is None else f"holds {readable(held)}"
    say(f"the trash of {mounted.remote or mounted.provider.title} {words}.")
    return held


def status() -> dict[str, Any] | None:
    """The folder that was mounted last, without waiting for anything: ``provider``, ``path``,
    ``durable``, ``healthy`` (None: not known yet), ``detail``, ``free``, ``read_only``. None where
    this kernel has mounted nothing."""
    mounted = session.latest()
    if mounted is None:
        return None
    healthy, words, free = session.watch(mounted).glance()
    return {
        "provider": mounted.provider.name,
        "title": mounted.provider.title,
        "path": str(mounted.path),
        "durable": mounted.durable,
        "healthy": healthy,
        "detail": words or mounted.detail,
        "free": free,
        "read_only": mounted.read_only,
    }


def why_not(
    path: str | os.PathLike[str] | None = None,
    *,
    remote: str = "",
    timeout: float = 30,
    connection_string: bool = False,
) -> dict[str, str]:
    """By provider, in the order in which they are tried: why it cannot be used, or ``""``.

    :param timeout: seconds for all of them together.
    """
    _check(remote, connection_string)
    request, deadline = _request(path, "", remote, False, timeout), Deadline(timeout)
    return {each.name: each.why_not(request.within(deadline)) for each in PROVIDERS}


def _check(remote: str, connection_string: bool) -> None:
    if remote and (reason := why_not_a_remote(remote, connection_string=connection_string)):
        raise StorageError(reason)


def _request(
    path: str | os.PathLike[str] | None, folder: str, remote: str, read_only: bool, timeout: float
) -> Request:
    folder = folder.strip("/")
    if ".." in folder.split("/"):
        raise StorageError(f"folder={folder!r} is outside of the Drive.")
    return Request(usual_or(path), remote, read_only, folder, timeout)
