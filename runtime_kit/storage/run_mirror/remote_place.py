"""A run's mirror in a remote: steps go there directly, and count when the remote has their bytes.

Through a mount each byte is written to rclone's cache and sent only when its file is closed, and
what is read back comes from that cache: that is slower, and proves nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.read.step_reader import check_file
from runtime_kit.checkpoint.run_dir.layout import (
    COMMIT,
    UNFINISHED,
    Commit,
    FileRecord,
    replaced_name,
    step_name,
)
from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError
from runtime_kit.storage.provider import Mounted
from runtime_kit.storage.rclone import program as rclone

from .remote_run import RemoteRun, as_os_errors
from .remote_store import RemoteStore

T = TypeVar("T")
ANSWER = 20.0
"""Seconds for an access to the folder, of which only the lock is read and written there."""


class RemotePlace:
    """See :class:`runtime_kit.checkpoint.mirror.mirror_place.MirrorPlace`."""

    def __init__(self, mounted: Mounted, folder: Path) -> None:
        self._mounted = mounted
        self._folder = folder
        self._name = folder.relative_to(mounted.path).as_posix()
        self._far = RemoteRun(rclone.joined(mounted.remote, self._name))
        self._store: RemoteStore | None = None
        self._sent: int | None = None
        self._begun: set[int] = set()  # steps of which the remote may have what counts no more
        self._aside: dict[int, str] = {}  # where the older copy of a step is meanwhile

    def open(self, keep: int, best: tuple[str, str] | None) -> RemoteStore:
        self._store = RemoteStore(
            self._folder, self._far, self._changed, self._begun, keep=keep, best=best
        )
        return self._store

    def copy(self, source: Path, commit: Commit, stopping: Callable[[], bool]) -> int:
        if self._mounted.read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self._folder))
        self._far.stopping = stopping
        own = {name: each for name, each in commit.files.items() if not name.startswith("../")}
        with as_os_errors():
            try:
                self._make_room_for(commit.step)
                self._send(source, commit, own)
            except DamagedStepError:
                self._drop_part(commit.step)
                raise
            finally:
                self._bring_back(commit.step)
        self._sent = commit.step
        self._changed()
        return sum(record.size for record in own.values())

    def reach(self, access: Callable[[], T]) -> T:
        with as_os_errors():  # a remote that hangs makes its mount hang, for minutes
            return bounded(access, ANSWER, str(self._folder))

    def bring(self) -> bool:
        return self._mounted.provider.bring(self._mounted, self._name)

    # -- one step

    def _make_room_for(self, step: int) -> None:
        """What the remote has under this name goes: a part, or a damaged copy; or steps aside, so
        that there is always one copy that is whole."""
        assert self._store is not None
        name = step_name(step)
        if step in self._begun or step in self._store.bad:
            self._far.drop(name, COMMIT)
            self._begun.discard(step)
        elif step in self._store.good and step not in self._aside:
            aside = replaced_name(step)
            self._far.move(name, aside)
            self._aside[step] = aside

    def _send(self, source: Path, commit: Commit, own: Mapping[str, FileRecord]) -> None:
        name = step_name(commit.step)
        self._begun.add(commit.step)
        check = _Check(source, own)
        check.start()
        try:
            self._far.send(source, own, name, UNFINISHED)
        finally:
            check.hurry()
            check.join()
        check.raise_fault()
        self._far.prove(name, {each: record.size for each, record in own.items()})
        self._far.put(f"{name}/{COMMIT}", commit.dumps())
        self._begun.discard(commit.step)

    def _drop_part(self, step: int) -> None:
        """Also done by the next try, and at the next start."""
        with contextlib.suppress(StorageError):
            self._far.drop(step_name(step), COMMIT)
            self._begun.discard(step)

    def _bring_back(self, step: int) -> None:
        """The older copy, where no newer one has taken its place."""
        if step in self._begun and step in self._aside:
            with contextlib.suppress(StorageError):
                self._far.drop(step_name(step), COMMIT)
                self._begun.discard(step)
                self._far.move(self._aside[step], step_name(step))
                del self._aside[step]

    def tidy(self) -> None:
        step, self._sent = self._sent, None
        if step is None:
            return
        self._far.stopping = lambda: False  # it does not take long
        with contextlib.suppress(StorageError):
            self._far.remove(f"{step_name(step)}/{UNFINISHED}")
            if step in self._aside:
                self._far.drop(self._aside[step], COMMIT)
                del self._aside[step]
            for other in list(self._begun):  # given up for a newer one
                self._drop_part(other)

    def _changed(self) -> None:
        self._mounted.provider.refresh(self._mounted)


class _Check(threading.Thread):
    """Compares the step with its checksums while it is sent: what is damaged here must not become
    a copy there.

    Meanwhile it takes a quarter of a core and no more: where a training has the other one of two,
    nothing would be sent until this ends.
    """

    def __init__(self, source: Path, files: Mapping[str, FileRecord]) -> None:
        super().__init__(name="checkpoint-mirror-check", daemon=True)
        self._source = source
        self._files = files
        self._fault: BaseException | None = None
        self._sent = threading.Event()
        self._since = 0.0

    def hurry(self) -> None:
        """All is sent, and only this is waited for."""
        self._sent.set()

    def run(self) -> None:
        self._since = time.perf_counter()
        try:
            for name, record in self._files.items():
                check_file(self._source / name, name, record, self._give_way)
        except BaseException as error:
            self._fault = error

    def _give_way(self, _: int) -> None:
        self._sent.wait(3 * (time.perf_counter() - self._since))
        self._since = time.perf_counter()

    def raise_fault(self) -> None:
        if isinstance(self._fault, DamagedStepError) and not self._fault.certain:
            raise self._fault.__cause__ or self._fault  # the disk fails, which may pass
        if self._fault is not None:
            raise self._fault
