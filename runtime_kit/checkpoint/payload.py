"""Writes the tensors of one payload file while another thread takes their checksums.

A tensor whose content is the same as in an older step is not written again: the step refers to the
file of the older one (Check-N-Run's idea, NSDI'22, for a frozen backbone rather than embeddings).
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import crc
from .layout import FileRecord
from .leaves import Leaf
from .safetensors_format import header
from .staging import Staged

CHUNK = 16 << 20  # bytes a write call: few enough calls to leave the GIL to the training
SMALLEST_SHARED = 4096  # smaller tensors are always written; a reference would cost more


@dataclass(frozen=True)
class Home:
    """Where a tensor's bytes lie, and two checksums to recognise them by.

    Together they miss a change with a chance of about 2**-64; either alone would not do.
    """

    step: int
    file: str
    crc32: int
    adler32: int
    size: int


@dataclass
class Written:
    """Result for one payload file. ``record`` is None where every tensor was found elsewhere."""

    record: FileRecord | None
    homes: dict[str, Home]


class _Checksums(threading.Thread):
    """Goes through the tensors in order and says which are to be written."""

    def __init__(self, rows: list[Staged], known: dict[str, Home], step: int, file: str) -> None:
        super().__init__(name="checkpoint-checksums", daemon=True)
        self._rows, self._known, self._step, self._file = rows, known, step, file
        self.homes: dict[str, Home] = {}
        self.error: BaseException | None = None
        self._ready = threading.Condition()
        self._done = 0

    def run(self) -> None:
        try:
            for row in self._rows:
                self._check(row)
                with self._ready:
                    self._done += 1
                    self._ready.notify()
        except BaseException as error:
            with self._ready:
                self.error = error
                self._ready.notify()

    def _check(self, row: Staged) -> None:
        leaf = row.leaf
        value = crc.crc32(row.data)
        second = 1
        old = self._known.get(leaf.name)
        if leaf.size >= SMALLEST_SHARED:
            for offset in range(0, leaf.size, crc.CHUNK):
                second = zlib.adler32(row.data[offset : offset + crc.CHUNK], second)
            if old and (old.crc32, old.adler32, old.size) == (value, second, leaf.size):
                self.homes[leaf.name] = old
                return
        self.homes[leaf.name] = Home(self._step, self._file, value, second, leaf.size)

    def wait(self, count: int) -> None:
        """Until ``count`` tensors are checked."""
        with self._ready:
            self._ready.wait_for(lambda: self._done >= count or self.error is not None)
        if self.error is not None:
            raise self.error


def write_payload(
    folder: Path,
    file: str,
    rows: list[Staged],
    step: int,
    known: dict[str, Home],
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Write and fsync ``folder/file`` with those rows that ``known`` does not have.

    With nothing known all are written in one go; otherwise the header's room is kept free and the
    header written last, when it is clear which tensors the file holds.
    """
    checks = _Checksums(rows, known, step, file)
    checks.start()
    possible = [
        row for row in rows if row.leaf.name not in known or row.leaf.size < SMALLEST_SHARED
    ]
    whole = len(possible) == len(rows)
    room = len(header([row.leaf for row in rows]))
    written: list[Leaf] = []
    descriptor: int | None = None
    path = folder / file
    try:
        pending: list[memoryview] = []
        for index, row in enumerate(rows):
            if not whole:
                checks.wait(index + 1)
                if checks.homes[row.leaf.name].step != step:
                    continue
            if descriptor is None:
                descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
                os.lseek(descriptor, room, os.SEEK_SET)
            written.append(row.leaf)
            pending.append(row.data)
            if row.leaf.size >= 65536 or len(pending) >= 256:
                write_all(descriptor, pending, progress)
                pending = []
        checks.wait(len(rows))
        if descriptor is None:
            return Written(None, checks.homes)
        write_all(descriptor, pending, progress)
        head = header(written).ljust(room)
        head = (room - 8).to_bytes(8, "little") + head[8:]
        os.lseek(descriptor, 0, os.SEEK_SET)
        write_all(descriptor, [memoryview(head)], progress)
        os.fsync(descriptor)
    finally:
        checks.join()
        if descriptor is not None:
            os.close(descriptor)
    value, size = zlib.crc32(head), len(head)
    for leaf in written:
        value = crc.combine(value, checks.homes[leaf.name].crc32, leaf.size)
        size += leaf.size
    return Written(FileRecord(size, value), checks.homes)


def write_all(
    descriptor: int, pieces: list[memoryview], progress: Callable[[int], None] | None = None
) -> None:
    """Write all bytes of the pieces in turn. Many small ones go in one call."""
    small = [piece for piece in pieces if len(piece)]
    if len(small) > 1:
        small = [memoryview(b"".join(small))] if sum(map(len, small)) <= CHUNK else small
    for piece in small:
        offset = 0
        while offset < len(piece):
            count = os.write(descriptor, piece[offset : offset + CHUNK])
            offset += count
            if progress:
                progress(count)
