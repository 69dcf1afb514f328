"""Gives a step that shares files all of its tensors itself, in the background.

With it the run has two sets of files that have nothing in common: one bad sector costs one of the
newest two steps, never both. The bytes come from files of the older step, and are checked.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from runtime_kit._os.filesystem import is_remote_mount
from runtime_kit._os.positioned import BINARY, read_at
from runtime_kit._os.worker import Worker
from runtime_kit.checkpoint.errors import CheckpointError, DamagedStepError
from runtime_kit.checkpoint.run_dir import crc
from runtime_kit.checkpoint.run_dir.layout import STATE, Commit, FileRecord
from runtime_kit.checkpoint.run_dir.retention import newest_independent
from runtime_kit.checkpoint.run_dir.step_files import compare, read_state
from runtime_kit.checkpoint.state.leaves import Leaf
from runtime_kit.checkpoint.state.safetensors_format import (
    Entry,
    header,
    header_length,
    parse_header,
)
from runtime_kit.checkpoint.store import Store

from .arena import Arena
from .checksums import Home
from .dedup import Dedup
from .payload import file_record
from .raw_file import ALIGN, CHUNK, RawFile
from .step_writer import StepWriter

logger = logging.getLogger(__name__)

_ROOM = 3  # times the step's size that must be free


class _StoppedError(Exception):
    """The run is closed: what was begun is left."""


class SecondSet:
    """One step at a time. ``publishing`` is held wherever a step gets its name."""

    def __init__(
        self,
        store: Store,
        dedup: Dedup,
        check_owner: Callable[[], None],
        publishing: threading.RLock,
    ) -> None:
        self._store, self._dedup, self._check_owner = store, dedup, check_owner
        self._publishing = publishing
        self._worker = Worker("checkpoint-second-set")
        self._stopping = False
        # On a mount each step would be uploaded twice: there the third step is written whole.
        dedup.second_set = not is_remote_mount(store.folder)

    def offer(self) -> None:
        """A step was committed: begin with the one before it, if the two share files and no older
        step is apart from them. The newest one is left alone, since the mirror wants it."""
        if not self._dedup.second_set or self._worker.busy or self._store.keep < 2:
            return
        with self._store.lock:
            step = self._store.newest(below=self._store.newest())
            if step is None or newest_independent(self._store.good) is not None:
                return
            commit, homes = self._store.good[step], self._dedup.table(step)
            needed = [*commit.references(), step]
            if len(needed) < 2 or not homes:
                return
            self._store.pins.update(needed)
        self._stopping = False
        self._worker.submit(lambda: self._run(commit, homes, needed))

    def wait(self) -> None:
        """Until the one under way is complete."""
        self._worker.wait()

    def stop(self) -> None:
        """Leave the one under way; the step stays as it was."""
        self._stopping = True
        self._worker.wait()

    def _run(self, commit: Commit, homes: dict[str, Home], needed: list[int]) -> None:
        try:
            self._write(commit, homes)
        except _StoppedError:
            pass
        except (OSError, CheckpointError, MemoryError) as error:
            # The next save writes everything, and tells what is wrong with the disk.
            self._dedup.second_set = False
            logger.debug("no second set of files: %r", error)
        finally:
            with self._store.lock:
                self._store.pins.subtract(needed)
                self._store.pins += type(self._store.pins)()  # drops zeros

    def _write(self, commit: Commit, homes: dict[str, Home]) -> None:
        # A save that finds no room deletes an older step, so it is left more than this takes.
        size = sum(record.size for record in commit.files.values())
        if shutil.disk_usage(self._store.folder).free < _ROOM * size:
            raise OSError(errno.ENOSPC, "too little room for a second set of files")
        path = self._store.path(commit.step)
        state = read_state(path, commit)
        moved: dict[str, Home] = {}
        with StepWriter(self._store.folder, commit.step, packed=commit.packed) as writer:
            for name, record in commit.files.items():
                if name.startswith("../"):
                    own = _free_name(name.rsplit("/", 1)[1], {*commit.files, *writer.records})
                    wanted = _tensors_of(name, homes)
                    if wanted:
                        copied = self._copy_tensors(
                            path / name, record, wanted, writer.folder / own
                        )
                        writer.record(own, copied)
                        for tensor, home in wanted.items():
                            moved[tensor] = replace(home, step=commit.step, file=own)
                elif name != STATE:
                    self._copy_file(path / name, name, record, writer.folder / name)
                    writer.record(name, record)
            for tensor, home in moved.items():
                state["contents"][tensor][:2] = [home.step, home.file]
            writer.add(STATE, json.dumps(state, allow_nan=False).encode())
            self._check_owner()
            with self._publishing, self._store.lock:
                if self._store.good.get(commit.step) is not commit:
                    return  # saved again or deleted meanwhile
                self._store.unshare(writer.commit())
                self._dedup.moved(commit.step, {**homes, **moved})

    def _copy_tensors(
        self, source: Path, record: FileRecord, wanted: dict[str, Home], target: Path
    ) -> FileRecord:
        """Write a payload file with the tensors that ``wanted`` has, and fsync it."""
        with _opened(source) as descriptor:
            entries, begin = _entries(descriptor, record.size, source.name)
            entries = [entry for entry in entries if entry.name in wanted]
            if len(entries) != len(wanted):
                raise DamagedStepError(f"{source.name} lacks tensors")
            leaves = [
                Leaf(entry.name, entry.dtype, entry.shape, entry.stop - entry.start, None, "numpy")
                for entry in entries
            ]
            head = header(leaves, align=ALIGN)
            with RawFile(target) as raw:
                raw.write(memoryview(head), 0)
                offset = len(head)
                for piece in self._pieces(descriptor, entries, begin, wanted):
                    raw.write(piece, offset)
                    offset += len(piece)
                raw.sync()
        return file_record(head, leaves, wanted)

    def _pieces(
        self, descriptor: int, entries: list[Entry], begin: int, wanted: dict[str, Home]
    ) -> Iterator[memoryview]:
        """The tensors one after the other in full buffers, each compared with its checksum."""
        buffer, used = Arena(CHUNK).view, 0
        for entry in entries:
            at, value = entry.start, 0
            while at < entry.stop:
                if self._stopping:
                    raise _StoppedError
                part = buffer[used : used + entry.stop - at]
                count = read_at(descriptor, part, begin + at)
                if not count:
                    raise DamagedStepError(f"{entry.name} is cut off")
                value = crc.crc32(part[:count], value)
                at, used = at + count, used + count
                if used == CHUNK:
                    yield buffer
                    used = 0
            if value != wanted[entry.name].crc32:
                raise DamagedStepError(f"{entry.name} is damaged (its checksum differs)")
        if used:
            yield buffer[:used]

    def _copy_file(self, source: Path, name: str, record: FileRecord, target: Path) -> None:
        value, offset, buffer = 0, 0, Arena(CHUNK).view
        with _opened(source) as descriptor, RawFile(target) as raw:
            while count := read_at(descriptor, buffer, offset):
                if self._stopping:
                    raise _StoppedError
                value = crc.crc32(buffer[:count], value)
                raw.write(buffer[:count], offset)
                offset += count
            raw.sync()
        compare(name, record, offset, value)


def _tensors_of(reference: str, homes: dict[str, Home]) -> dict[str, Home]:
    found = {}
    for tensor, home in homes.items():
        if reference == f"../step-{home.step:012d}/{home.file}":
            found[tensor] = home
    return found


def _free_name(file: str, taken: set[str]) -> str:
    """A name beside those of the step, which may differ in case only where a disk ignores it."""
    stem, used, number = file.removesuffix(".safetensors"), {n.casefold() for n in taken}, 1
    while (name := f"{stem}-{number}.safetensors").casefold() in used:
        number += 1
    return name


def _entries(descriptor: int, size: int, file: str) -> tuple[list[Entry], int]:
    """The tensors of a payload file, and where its data begins."""
    first = bytearray(8)
    read_at(descriptor, memoryview(first), 0)
    length = header_length(bytes(first), size, file)
    head = bytearray(length)
    read_at(descriptor, memoryview(head), 8)
    return parse_header(bytes(head), size - 8 - length, file), 8 + length


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | BINARY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
