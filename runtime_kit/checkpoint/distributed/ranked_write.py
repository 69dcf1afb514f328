"""One save of a torchrun job."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from runtime_kit._os.files import fsync_file
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.manager import CheckpointManager
from runtime_kit.checkpoint.read.step_reader import file_record
from runtime_kit.checkpoint.run_dir.layout import STATE, FileRecord
from runtime_kit.checkpoint.state.ranked_state import FOLDER
from runtime_kit.checkpoint.write.background_saves import WriteResult
from runtime_kit.checkpoint.write.host_buffers import HostBuffers
from runtime_kit.checkpoint.write.payload import write_payload
from runtime_kit.checkpoint.write.step_writer import StepWriter

from .ranked_snapshot import RankedSnapshot
from .ranks import Ranks


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

    def begin(self, run: Path, snapshot: RankedSnapshot) -> dict[str, Any]:
        """Copy the tensors; returns them, for :meth:`finish`. Where this fails in one process
        (say, for memory) it fails in all, and nothing of the step is left.
        """
        self.step = snapshot.step
        snapshot.body["ranks"] = self._ranks.all(snapshot.own())
        self._folder = Path(self._ranks.from_first(lambda: self._open(run, snapshot)))
        staged: dict[str, Any] = {}
        try:
            self._ranks.together(lambda: staged.update(stage(snapshot.spread)))
        except (OSError, CheckpointError):
            self._leave()
            raise
        return staged

    def _leave(self) -> None:
        if self._writer is not None:
            self._writer.__exit__()  # removes what is there, unless it is committed

    def _open(self, run: Path, snapshot: RankedSnapshot) -> str:
        """Process 0: the folder, and what is not spread."""
        assert self._first is not None
        self._first.check_owner()
        self._first.store.drop_abandoned()
        self._writer = StepWriter(run, snapshot.step)
        self._body = snapshot.body
        try:
            (self._writer.folder / FOLDER).mkdir()
            for name, staged in HostBuffers().copy(snapshot.files).items():
                written = write_payload(self._writer.folder, name, staged, snapshot.step, {})
                if written.record is not None:
                    self._writer.record(name, written.record)
            self._writer.add(STATE, snapshot.text({}))
        except BaseException:
            self._leave()
            raise
        return str(self._writer.folder)

    def finish(self, staged: dict[str, Any]) -> WriteResult:
        """Every process writes its part and makes sure of it; then process 0 commits."""
        result = WriteResult(self.step)
        try:
            self._background.together(lambda: self._save(staged))
            parts = self._background.together(self._check_files)
            self._background.from_first(lambda: self._commit(parts))
        except OSError as error:
            result.error = error
        finally:
            self._leave()
        result.seconds = time.perf_counter() - self._begin
        return result

    def _save(self, staged: dict[str, Any]) -> None:
        """An OSError inside of a CheckpointException (which is no Exception) is raised as such."""
        from torch.distributed.checkpoint import DefaultSavePlanner, save
        from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageWriter

        folder = str(self._folder / FOLDER)
        try:
            save(
                staged,
                storage_writer=HuggingFaceStorageWriter(folder, save_distributed=True),
                # Buffers differ between processes, and process 0's are those DDP goes on with.
                planner=DefaultSavePlanner(dedup_save_to_lowest_rank=True),
                process_group=self._background.group,
            )
        except BaseException as error:
            for cause in getattr(error, "failures", {}).values():
                inner = cause[0] if isinstance(cause, tuple) else cause
                if isinstance(inner, OSError):
                    raise inner from error
            if isinstance(error, OSError):
                raise
            raise CheckpointError(f"torch.distributed.checkpoint failed: {error}") from error

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


def stage(spread: dict[str, Any]) -> dict[str, Any]:
    """Copies in host memory that the training does not change."""
    from torch.distributed.checkpoint import staging

    if hasattr(staging, "DefaultStager"):
        options = staging.StagingOptions(False, False, False, False)
        stager: Any = staging.DefaultStager(options)
    else:  # before torch 2.9
        stager = staging.BlockingAsyncStager()
    try:
        return dict(stager.stage(spread))
    finally:
        if hasattr(stager, "close"):
            stager.close()
