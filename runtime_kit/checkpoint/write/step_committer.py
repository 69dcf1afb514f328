"""From a snapshot to a committed step: staging, what to share, writing, pruning."""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from runtime_kit._os.files import explain
from runtime_kit._os.memory import available_bytes
from runtime_kit._os.units import readable
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.messages import Mailbox
from runtime_kit.checkpoint.read.step_reader import StepContent
from runtime_kit.checkpoint.run_dir.layout import STATE, Commit
from runtime_kit.checkpoint.state.leaves import SMALLEST_SHARED
from runtime_kit.checkpoint.state.snapshot import Snapshot
from runtime_kit.checkpoint.store import Store

from .background_saves import WriteResult
from .checksums import Home
from .dedup import Dedup
from .direct import write_payload_directly
from .host_buffers import HostBuffers, StagedFile
from .payload import write_payload
from .second_set import SecondSet
from .step_writer import StepWriter

logger = logging.getLogger(__name__)

_RESERVE = 256 << 20  # bytes of memory that a save leaves to the training
_FULL = (errno.ENOSPC, errno.EDQUOT)


class StepCommitter:
    """Owns the buffers of a run and knows what earlier steps hold.

    :param check_owner: raises where the run is not ours any more; asked before each commit.
    """

    def __init__(self, store: Store, mailbox: Mailbox, check_owner: Callable[[], None]) -> None:
        self._store = store
        self._check_owner = check_owner
        self._mailbox = mailbox
        self._buffers = HostBuffers()
        self._dedup = Dedup(store)
        self._publishing = threading.RLock()
        self._second_set = SecondSet(store, self._dedup, check_owner, self._publishing)
        self._told_memory = False
        self._failing = ""

    @property
    def folder(self) -> Path:
        """The run's own."""
        return self._store.folder

    def allocate(self, snapshot: Snapshot) -> bool:
        """Buffers for a save like this one; False where memory is too short for them."""
        missing = self._buffers.missing(snapshot.files)
        free = available_bytes() if missing else None  # reads some ten files of the system
        if missing and free is not None and missing > free - _RESERVE:
            self._tell_memory(missing, free)
            return False
        try:
            self._buffers.prepare(snapshot.files)
        except (MemoryError, OSError) as error:
            if isinstance(error, OSError) and error.errno != errno.ENOMEM:
                raise
            self._buffers = HostBuffers()
            self._tell_memory(missing, free)
            return False
        return True

    def touch(self) -> None:
        self._buffers.touch()

    def stage(self, snapshot: Snapshot) -> Callable[[], WriteResult] | None:
        """Copy the state; the returned job writes the copy. None: too little memory to copy."""
        if not self.allocate(snapshot):
            return None
        staged = self._buffers.copy(snapshot.files)

        def job() -> WriteResult:
            self._buffers.wait()
            share = not snapshot.interim
            return self._write(snapshot, lambda writer: self._payloads(writer, staged, share))

        return job

    def write_directly(self, snapshot: Snapshot) -> WriteResult:
        """Write from the live tensors, a chunk at a time, while training waits."""

        def payloads(writer: StepWriter) -> dict[str, Home]:
            homes: dict[str, Home] = {}
            for name, leaves in snapshot.files.items():
                record, found = write_payload_directly(writer.folder, name, leaves, writer.step)
                writer.record(name, record)
                homes.update(found)
            return homes

        return self._write(snapshot, payloads)

    def adopt(self, content: StepContent) -> None:
        """After a restore: what the steps on disk hold need not be written again."""
        self._dedup.adopt(content)

    def settle(self) -> None:
        """Wait until the run has two sets of files, where it shares some."""
        self._second_set.wait()

    def stop(self) -> None:
        """Begin nothing more in the background."""
        self._second_set.stop()

    def _payloads(
        self, writer: StepWriter, staged: dict[str, StagedFile], share: bool
    ) -> dict[str, Home]:
        known = self._dedup.candidates(writer.step) if share else {}
        homes: dict[str, Home] = {}
        for name, file in staged.items():
            written = write_payload(
                writer.folder, name, file, writer.step, known, direct=not writer.remote
            )
            homes.update(written.homes)
            if written.record is not None:
                writer.record(name, written.record)
        return homes

    def _write(
        self, snapshot: Snapshot, payloads: Callable[[StepWriter], dict[str, Home]]
    ) -> WriteResult:
        """Write and commit; on a full disk once more after letting an older step go."""
        begin = time.perf_counter()
        result = WriteResult(snapshot.step, interim=snapshot.interim)
        self._store.drop_abandoned()
        while True:
            try:
                result.commit, result.written = self._attempt(snapshot, payloads)
                result.error = None
                break
            except OSError as error:
                result.error = error
                full = error.errno in _FULL and not snapshot.interim
                if not full or not self._store.make_room():
                    break
                self._mailbox.post(
                    f"{explain(error, self._store.folder)}. An older checkpoint was deleted to "
                    "make room for the new one.",
                    warning=True,
                )
        result.seconds = time.perf_counter() - begin
        logger.debug(
            "%s: step %d, %d bytes written in %.2f s, error %s",
            self._store.folder.name,
            result.step,
            result.written,
            result.seconds,
            result.error,
        )
        self._report(result)
        return result

    def _attempt(
        self, snapshot: Snapshot, payloads: Callable[[StepWriter], dict[str, Home]]
    ) -> tuple[Commit, int]:
        if needing := self._store.needing(snapshot.step):
            raise CheckpointError(
                f"Can't save step {snapshot.step} again: step {needing[0]} needs its files"
            )
        with StepWriter(
            self._store.folder, snapshot.step, on_disk=snapshot.interim, packed=snapshot.packed
        ) as writer:
            homes = payloads(writer)
            for name, record in self._dedup.references(homes, writer.step).items():
                writer.record(name, record)
            contents = {
                name: [home.step, home.file, home.crc32, home.sum64, home.size]
                for name, home in homes.items()
                if home.size >= SMALLEST_SHARED
            }
            writer.add(STATE, snapshot.text({"contents": contents}))
            self._check_owner()  # a takeover during a long write
            if snapshot.interim:
                commit = writer.commit()
                self._store.committed_interim(commit, snapshot.body)
                return commit, sum(record.size for record in commit.files.values())
            with self._publishing:
                commit = writer.commit()
                self._dedup.committed(writer.step, homes, commit)
                self._store.committed(commit, snapshot.body)
        self._second_set.offer()
        written = sum(r.size for n, r in commit.files.items() if not n.startswith("../"))
        return commit, written

    def _report(self, result: WriteResult) -> None:
        if result.error is None:
            if self._failing:
                self._mailbox.post(f"Saving works again: step {result.step} is saved.")
            self._failing = ""
            return
        text = explain(result.error, self._store.folder)
        if text != self._failing:
            self._failing = text
            last = self._store.newest()
            have = f"the newest checkpoint is step {last}" if last is not None else "there is none"
            self._mailbox.post(
                f"Step {result.step} was not saved: {text}. Training continues, and "
                f"saving is tried again; {have}.",
                warning=True,
            )

    def _tell_memory(self, missing: int, free: int | None) -> None:
        if not self._told_memory:
            self._told_memory = True
            have = f"{readable(free)} are free" if free is not None else "there is less"
            self._mailbox.post(
                f"Copying the state needs {readable(missing)} of memory, and {have}. "
                "It is saved in chunks while training waits. Use a smaller batch to "
                "free memory.",
                warning=True,
            )
