"""One writer a run. The lock names its owner, and a dead owner's lock is taken over silently."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from runtime_kit._os.files import make_folder, replace_small
from runtime_kit._os.process import machine, process_start
from runtime_kit._os.say import say
from runtime_kit.checkpoint.errors import CheckpointWarning, RunLockedError, RunTakenOverError
from runtime_kit.checkpoint.messages import warn

from .layout import LOCK
from .owner import SILENCE, describe, is_alive, read_owner, sign_of_life

logger = logging.getLogger(__name__)

BEAT = 20.0  # seconds between signs of life
T = TypeVar("T")


def directly(access: Callable[[], T]) -> T:
    """Where a folder can be trusted to answer."""
    return access()


class RunLock:
    """The file ``.lock`` in a run's folder.

    On the same machine the owner's process is looked up, so a killed kernel's run is free at once.
    An owner on another machine (the lost VM whose Drive folder this is) is watched for ``SILENCE``
    seconds. Two machines that see each other's writes late, as over Drive, can still both believe
    to own a run: the lock is an aid there, no guarantee. For the same reason one that cannot be
    read is nobody's. ``reach`` makes each access to the folder, which may hang where it is a mount;
    it raises OSError when it gives up.
    """

    def __init__(self, run: Path, reach: Callable[[Callable[[], Any]], Any] = directly) -> None:
        self.path = run / LOCK
        self._reach = reach
        self.token = secrets.token_hex(8)
        self.finished: int | None = None  # the step at which an owner before finished the run
        self.lost = False  # seen at a sign of life: somebody else has it
        self._held = False
        self._stop = threading.Event()
        self._beat: threading.Thread | None = None
        self._pid = os.getpid()

    def acquire(self, *, takeover: bool = False) -> None:
        """Become the owner; :class:`RunLockedError` while somebody else is alive."""
        try:
            try:
                self._reach(lambda: self._create(self._body()))
            except FileExistsError:
                if not takeover:
                    self._check_owner()
                before = self._owner() or {}
                self.finished = before.get("finished", before.get("finished_before"))
                self._reach(lambda: replace_small(self.path, self._body()))
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
                raise
            warn(
                f"Can't write to {self.path.parent}: the run can be loaded, but not saved.",
                CheckpointWarning,
            )
            return
        self._held = True
        logger.debug("locked %s (takeover=%s)", self.path.parent, takeover)
        self._beat = threading.Thread(target=self._live, name="checkpoint-lock", daemon=True)
        self._beat.start()

    def check(self) -> None:
        """Raise :class:`RunTakenOverError` if the lock is no longer ours, each time it is asked."""
        if not self._held:
            return
        owner = self._owner()
        if owner is not None and owner.get("token") != self.token:
            self.lost = True
            self._stop.set()
            raise RunTakenOverError(
                f"The run in {self.path.parent} was taken over by {describe(owner)}. "
                "Nothing more is saved here. Stop one of the two."
            )

    def release(self) -> None:
        """Give the run free (only if it is still ours, and never in a forked child)."""
        self._stop.set()
        if self._held and os.getpid() == self._pid:
            self._held = False
            with contextlib.suppress(OSError):
                owner = self._owner()
                if owner is not None and owner.get("token") == self.token:
                    # Kept, so that whoever was taken over still sees that it was.
                    body = json.dumps({**owner, "released": time.time()}, indent=1).encode()
                    self._reach(lambda: replace_small(self.path, body))

    def _create(self, body: bytes) -> None:
        make_folder(self.path.parent)
        descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)

    def _owner(self) -> dict[str, Any] | None:
        with contextlib.suppress(OSError):
            owner: dict[str, Any] | None = self._reach(lambda: read_owner(self.path))
            return owner
        return None

    def _sign(self) -> tuple[int, float]:
        sign: tuple[int, float] = self._reach(lambda: sign_of_life(self.path))
        return sign

    def _body(self) -> bytes:
        before = {} if self.finished is None else {"finished_before": self.finished}
        return json.dumps({**self._identity(), **before}, indent=1).encode()

    def _identity(self) -> dict[str, Any]:
        return {
            "host": platform.node(),
            "pid": os.getpid(),
            "started": process_start(os.getpid()),
            "machine": machine(),
            "time": time.time(),
            "token": self.token,
        }

    def _check_owner(self) -> None:
        owner = self._owner()
        if owner is None:
            # Just created and not yet written, or torn by a crash.
            time.sleep(1.0)
            owner = self._owner()
        alive = owner is not None and is_alive(owner)
        if owner is None or alive is False or (owner.get("pid") == os.getpid() and alive):
            return
        if alive:
            raise _locked(owner, self.path)
        first = self._sign()
        limit = time.monotonic() + SILENCE - min(max(time.time() - first[1], 0), SILENCE - BEAT * 2)
        told = False
        while time.monotonic() < limit:
            time.sleep(min(2.0, SILENCE / 20))
            if self._sign() != first:
                raise _locked(owner, self.path)
            if not told:
                told = True
                say(
                    f"The run belongs to {describe(owner)}. Waiting up "
                    f"to {SILENCE:.0f} s to see whether it is still running "
                    "(takeover=True does not wait)."
                )

    def _live(self) -> None:
        while not self._stop.wait(BEAT):
            with contextlib.suppress(OSError):
                owner = read_owner(self.path)
                if owner is not None and owner.get("token") == self.token:
                    os.utime(self.path)
                elif owner is not None:
                    self.lost = True


def note_finished(run: Path, step: int | None) -> None:
    """Note in a released lock that the run was brought to its end at ``step``, not just left:
    nobody is to be asked whether to resume it."""
    path = run / LOCK
    with contextlib.suppress(OSError):
        owner = read_owner(path) or {}
        if owner.get("released") and owner.get("pid") == os.getpid():
            replace_small(path, json.dumps({**owner, "finished": step}, indent=1).encode())


def _locked(owner: dict[str, Any], path: Path) -> RunLockedError:
    return RunLockedError(
        f"The run in {path.parent} is in use by {describe(owner)}. Stop it (or "
        "restart its kernel), use another name, or take it over with Run(..., "
        "takeover=True).",
        owner,
    )
