"""Turns prepared files into a committed step folder."""

from __future__ import annotations

import contextlib
import os
import zlib
from pathlib import Path

from runtime_kit._os.delete import remove_folder
from runtime_kit._os.exchange import exchange
from runtime_kit._os.files import fsync_folder, make_folder, write_small
from runtime_kit._os.filesystem import is_remote_mount
from runtime_kit.checkpoint.run_dir.layout import (
    COMMIT,
    UNFINISHED,
    Commit,
    FileRecord,
    first_name,
    list_run,
    replaced_name,
    step_name,
    temporary_name,
)


class StepWriter:
    """One unfinished step. Use as a context manager: leaving it without :meth:`commit` removes it.

    On a disk the step is written under a temporary name and renamed. On a remote mount it is
    written in place: there COMMIT.json, which comes last and covers all, is what commits it.

    >>> with StepWriter(run, 100) as writer:          # doctest: +SKIP
    ...     writer.add("state.json", text)
    ...     writer.commit()
    """

    def __init__(
        self, run: Path, step: int, *, on_disk: bool = False, packed: bool = False
    ) -> None:
        """``on_disk``: the folder is known to be on no mount. ``packed``: see :class:`Commit`."""
        self.run = run
        self.step = step
        self.records: dict[str, FileRecord] = {}
        self.packed = packed
        self._committed = False
        self._aside: Path | None = None
        self._first: Path | None = None
        make_folder(run)
        self.remote = not on_disk and is_remote_mount(run)
        if self.remote:
            self.folder = run / step_name(step)
            if not list_run(run).steps:
                # What a power cut leaves of the step may be an empty folder. This tells that no
                # committed step was lost: it is there before the step, and goes once that is whole.
                self._first = run / first_name(step)
                self._first.mkdir(exist_ok=True)
                fsync_folder(run)
            if self.folder.exists():
                self._aside = run / replaced_name(step)
                os.rename(self.folder, self._aside)
            self.folder.mkdir()
            (self.folder / UNFINISHED).touch()
        else:
            self.folder = run / temporary_name(step)
            self.folder.mkdir()

    def __enter__(self) -> StepWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._committed:
            return
        # A gone mount cannot be tidied; what is left is collected at the next start.
        with contextlib.suppress(OSError):
            remove_folder(self.folder)
            if self._aside is not None:
                os.rename(self._aside, self.folder)
            self._drop_first()

    def add(self, name: str, data: bytes) -> None:
        """Write a small file."""
        write_small(self.folder / name, data)
        self.records[name] = FileRecord(len(data), zlib.crc32(data))

    def record(self, name: str, record: FileRecord) -> None:
        """List a file that was written into :attr:`folder`, or a reference."""
        self.records[name] = record

    def commit(self) -> Commit:
        """COMMIT.json last, then the name; after the return the step is durable."""
        commit = Commit(self.step, self.records, self.packed)
        write_small(self.folder / COMMIT, commit.dumps())
        if self.remote:
            (self.folder / UNFINISHED).unlink()
        for root, _, _ in os.walk(self.folder, onerror=_refuse):
            fsync_folder(Path(root))
        if not self.remote:
            self._publish()
        self._drop_first()
        self._committed = True
        fsync_folder(self.run)
        if self._aside is not None:
            with contextlib.suppress(OSError):
                remove_folder(self._aside)
        return commit

    def _drop_first(self) -> None:
        if self._first is not None:
            fsync_folder(self.run)  # the step's own name before this
            self._first.rmdir()

    def _publish(self) -> None:
        """Give the folder its name. A step that has it already (saved again with more in it, or
        damaged) is exchanged in one go where the system can; elsewhere it steps aside first, under
        a name from which :func:`.recover` brings it back after a kill in between."""
        target = self.run / step_name(self.step)
        if not target.exists():
            os.rename(self.folder, target)
        elif exchange(self.folder, target):
            self._aside = self.folder
        else:
            aside = self.run / replaced_name(self.step)
            os.rename(target, aside)
            try:
                os.rename(self.folder, target)
            except OSError:
                os.rename(aside, target)
                raise
            self._aside = aside


def _refuse(error: OSError) -> None:
    """A folder that cannot be read is not synced: os.walk would leave it out."""
    raise error
