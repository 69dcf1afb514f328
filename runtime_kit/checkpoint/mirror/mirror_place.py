"""Where the copies of a run's steps are kept: in a folder, or beyond one, in a remote."""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.read.step_reader import check_file
from runtime_kit.checkpoint.run_dir.crc import CHUNK
from runtime_kit.checkpoint.run_dir.layout import Commit, FileRecord
from runtime_kit.checkpoint.store import Store
from runtime_kit.checkpoint.write.step_writer import StepWriter

T = TypeVar("T")


class MirrorPlace(Protocol):
    """What :class:`MirrorSync` needs of the place that it copies to. All of it raises OSError where
    the place fails."""

    def open(self, keep: int, best: tuple[str, str] | None) -> Store:
        """The steps that are there."""

    def copy(self, source: Path, commit: Commit, stopping: Callable[[], bool]) -> int:
        """Copy one step and prove that it arrived; the bytes that were sent.

        :raises DamagedStepError: the source itself is damaged.
        """

    def tidy(self) -> None:
        """What is left to do when a step is there, and decides nothing."""

    def reach(self, access: Callable[[], T]) -> T:
        """Make one access to the folder itself.

        :raises OSError: also where it does not answer in time.
        """

    def bring(self) -> bool:
        """Make what is there readable in the mirror's folder; True if more can be read there now.

        :raises StorageError: it cannot be asked.
        """


class FolderPlace:
    """A folder: another disk, or a mount of whatever kind that takes files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, keep: int, best: tuple[str, str] | None) -> Store:
        self._folder.mkdir(parents=True, exist_ok=True)
        return Store(self._folder, keep=keep, best=best)

    def copy(self, source: Path, commit: Commit, stopping: Callable[[], bool]) -> int:
        return copy_step(source, commit, self._folder)

    def tidy(self) -> None:
        pass

    def reach(self, access: Callable[[], T]) -> T:
        return access()  # a copy to it would hang as well

    def bring(self) -> bool:
        return False


def place_of(folder: Path) -> MirrorPlace:
    """A folder that ``runtime_kit.storage`` has made of a remote is passed by: what is written to
    it is not in the remote yet, and has to be sent from there a second time."""
    storage = sys.modules.get("runtime_kit.storage.session")  # there if something is mounted
    found: MirrorPlace | None = storage.mirror_place(folder) if storage is not None else None
    return found or FolderPlace(folder)


def copy_step(source: Path, commit: Commit, run: Path) -> int:
    """Copy the step's own files into ``run``; steps it refers to must be there already.

    Each file is checked while it is read and read back once it is written; COMMIT.json comes last,
    then the name. Returns the bytes written.

    :raises DamagedStepError: the source itself is damaged.
    :raises OSError: the mirror failed; nothing is left under the step's name.
    """
    with StepWriter(run, commit.step, packed=commit.packed) as writer:
        total = 0
        own = {n: record for n, record in commit.files.items() if not n.startswith("../")}
        for name, record in own.items():
            target = writer.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy_file(source / name, target, name, record)
            total += record.size
        for name, record in own.items():
            _read_back(writer.folder / name, name, record)
        for name, record in commit.files.items():
            writer.record(name, record)
        writer.commit()
    return total


def _copy_file(source: Path, target: Path, name: str, record: FileRecord) -> None:
    buffer = memoryview(bytearray(CHUNK))
    value = size = 0
    try:
        reader = open(source, "rb", buffering=0)  # noqa: SIM115
    except FileNotFoundError:
        raise DamagedStepError(f"{name} is missing") from None
    with reader, open(target, "xb", buffering=0) as writer:
        while count := reader.readinto(buffer):
            value = zlib.crc32(buffer[:count], value)
            size += count
            done = 0
            while done < count:
                done += writer.write(buffer[done:count])
        os.fsync(writer.fileno())
    if (size, value) != (record.size, record.crc32):
        raise DamagedStepError(f"{name} is damaged (its checksum differs)")


def _read_back(path: Path, name: str, record: FileRecord) -> None:
    """What the mirror gives back, asked for past this machine's page cache where that is possible.
    A copy that differs is the mirror's fault, so an OSError."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    try:
        check_file(path, name, record)
    except DamagedStepError as error:
        cause = error.__cause__
        if isinstance(cause, OSError):
            raise cause from error
        raise OSError(5, f"the copy of {name} reads back differently") from error
