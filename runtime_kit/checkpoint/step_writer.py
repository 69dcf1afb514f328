"""Turns prepared files into a committed step folder, atomically."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import zlib
from pathlib import Path

from .files import fsync_folder, remove_folder, write_small
from .layout import COMMIT, Commit, FileRecord, replaced_name, step_name, temporary_name

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class StepWriter:
    """One unfinished step. Use as a context manager: leaving it without :meth:`commit` removes it.

    >>> with StepWriter(run, 100) as writer:          # doctest: +SKIP
    ...     writer.add("state.json", text)
    ...     writer.commit()
    """

    def __init__(self, run: Path, step: int) -> None:
        self.run = run
        self.step = step
        self.records: dict[str, FileRecord] = {}
        run.mkdir(parents=True, exist_ok=True)
        self.folder = run / temporary_name(step)
        self.folder.mkdir()
        self._committed = False

    def __enter__(self) -> StepWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        if not self._committed:
            # A gone mount cannot be tidied; what is left is collected at the next start.
            with contextlib.suppress(OSError):
                remove_folder(self.folder)

    def add(self, name: str, data: bytes) -> None:
        """Write a small file."""
        write_small(self.folder / name, data)
        self.records[name] = FileRecord(len(data), zlib.crc32(data))

    def record(self, name: str, record: FileRecord) -> None:
        """List a file that was written into :attr:`folder`, or a reference."""
        self.records[name] = record

    def commit(self) -> Commit:
        """COMMIT.json last, then the name; after the return the step is durable."""
        commit = Commit(self.step, self.records)
        write_small(self.folder / COMMIT, commit.dumps())
        for root, _, _ in os.walk(self.folder):
            fsync_folder(Path(root))
        publish(self.folder, self.run / step_name(self.step), self.step)
        self._committed = True
        fsync_folder(self.run)
        return commit


def publish(folder: Path, target: Path, step: int) -> None:
    """Rename ``folder`` to ``target``. A step that is there already (saved again with more in it,
    or damaged) is exchanged in one go where the system can; elsewhere it steps aside first, under
    a name from which :func:`recover` brings it back after a kill in between."""
    if not target.exists():
        os.rename(folder, target)
        return
    if _exchange(folder, target):
        remove_folder(folder)
        return
    aside = target.parent / replaced_name(step)
    os.rename(target, aside)
    try:
        os.rename(folder, target)
    except OSError:
        os.rename(aside, target)
        raise
    fsync_folder(target.parent)
    remove_folder(aside)


def recover(replaced: dict[int, Path], run: Path) -> None:
    """Finish what a kill inside :func:`publish` left: the old step comes back, unless the new one
    is in place."""
    for step, aside in replaced.items():
        target = run / step_name(step)
        if not target.exists():
            os.rename(aside, target)
            fsync_folder(run)
        else:
            remove_folder(aside)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two names atomically (Linux renameat2); False where that is not possible."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = os.fsencode(first), os.fsencode(second)
    return bool(rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
