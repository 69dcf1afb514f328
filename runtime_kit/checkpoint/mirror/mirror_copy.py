"""Copies one committed step to another folder and proves that it arrived."""

from __future__ import annotations

import contextlib
import os
import zlib
from pathlib import Path

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.read.step_reader import check_file
from runtime_kit.checkpoint.run_dir.crc import CHUNK
from runtime_kit.checkpoint.run_dir.layout import Commit, FileRecord
from runtime_kit.checkpoint.write.step_writer import StepWriter


def copy_step(source: Path, commit: Commit, run: Path) -> int:
    """Copy the step's own files into ``run``; steps it refers to must be there already.

    Each file is checked while it is read and read back once it is written; COMMIT.json comes last,
    then the name. Returns the bytes written.

    :raises DamagedStepError: the source itself is damaged.
    :raises OSError: the mirror failed; nothing is left under the step's name.
    """
    with StepWriter(run, commit.step) as writer:
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
