"""One save of a torchrun job."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .errors import CheckpointError
from .files import fsync_file
from .layout import STATE, FileRecord
from .manager import CheckpointManager
from .payload import write_payload
from .ranked_snapshot import RankedSnapshot
from .ranked_state import FOLDER
from .ranks import Ranks
from .staging import Staging
from .step_reader import file_record
from .step_writer import StepWriter
from .writing import WriteResult

Value = TypeVar("Value")


class RankedWrite:
    """``begin`` in the training's thread, ``finish`` in the writer's, in all processes.

    :param ranks: for agreement in the training's thread.
    :param background: for agreement in the writer's thread.
    :param first: the manager of process 0, None elsewhere.
    """

    def __init__(self, ranks: Ranks, background: Ranks, first: CheckpointManager | None) -> None:
        self._ranks, self._background, self._first = ranks, background, first
        self._writer: StepWriter | None = None
        self._folder = Path()
        self._begin = time.perf_counter()
        self.step = -1

    def begin(self, run: Path, snapshot: RankedSnapshot) -> Any:
        """Copy the tensors; the write has begun when this returns."""
        from torch.distributed.checkpoint import DefaultSavePlanner, async_save
        from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageWriter

        self.step = snapshot.step
        snapshot.body["ranks"] = self._ranks.all(snapshot.own())
        self._folder = Path(self._ranks.from_first(lambda: self._open(run, snapshot)))
        return async_save(
            snapshot.spread,
            storage_writer=HuggingFaceStorageWriter(
                str(self._folder / FOLDER), save_distributed=True
            ),
            # Buffers differ between processes, and process 0's are those DDP goes on with.
            planner=DefaultSavePlanner(dedup_save_to_lowest_rank=True),
            process_group=self._background.group,
        )

    def _open(self, run: Path, snapshot: RankedSnapshot) -> str:
        """Process 0: the folder, and what is not spread."""
        assert self._first is not None
        self._first.check_owner()
        self._first.store.drop_abandoned()
        self._writer = StepWriter(run, snapshot.step)
        self._body = snapshot.body
        try:
            (self._writer.folder / FOLDER).mkdir()
            for name, staged in Staging().copy(snapshot.files).items():
                written = write_payload(self._writer.folder, name, staged, snapshot.step, {})
                if written.record is not None:
                    self._writer.record(name, written.record)
            self._writer.add(STATE, snapshot.text({}))
        except OSError:
            self._writer.__exit__()
            raise
        return str(self._writer.folder)

    def finish(self, future: Any) -> WriteResult:
        """Every process makes sure of its part of the files; then process 0 commits."""
        result = WriteResult(self.step)
        try:
            self._together(lambda: _outcome(future))
            parts = self._together(self._check_files)
            self._background.from_first(lambda: self._commit(parts))
        except OSError as error:
            result.error = error
        finally:
            if self._writer is not None:
                self._writer.__exit__()  # nothing, once committed
        result.seconds = time.perf_counter() - self._begin
        return result

    def _together(self, action: Callable[[], Value]) -> list[Value]:
        """Results of all processes; an error of one is raised in all, so that none waits."""
        mine: Any
        try:
            mine = action()
        except Exception as error:
            kept = error if isinstance(error, OSError) else CheckpointError(repr(error))
            mine = _Failed(kept)
        everyone = self._background.all(mine)
        for part in everyone:
            if isinstance(part, _Failed):
                raise part.error
        return everyone

    def _check_files(self) -> dict[str, FileRecord]:
        """Fsync and checksum every n-th file; all processes see the same folder."""
        names = sorted(path.name for path in (self._folder / FOLDER).iterdir())
        found = {}
        for name in names[self._background.rank :: self._background.size]:
            path = self._folder / FOLDER / name
            fsync_file(path)
            found[f"{FOLDER}/{name}"] = file_record(path)
        return found

    def _commit(self, everyone: list[Any]) -> None:
        assert self._first is not None and self._writer is not None
        self._first.check_owner()
        for part in everyone:
            for name, record in part.items():
                self._writer.record(name, record)
        commit = self._writer.commit()
        self._first.store.committed(commit, self._body)
        if self._first.mirror:
            self._first.mirror.notify()


@dataclass
class _Failed:
    error: OSError | CheckpointError


def _outcome(future: Any) -> None:
    """Wait for the save; an OSError inside its CheckpointException (which is no Exception) is
    raised as such."""
    try:
        future.result()
    except BaseException as error:
        for cause in getattr(error, "failures", {}).values():
            inner = cause[0] if isinstance(cause, tuple) else cause
            if isinstance(inner, OSError):
                raise inner from error
        if isinstance(error, OSError):
            raise
        raise CheckpointError(f"torch.distributed.checkpoint failed: {error}") from error
