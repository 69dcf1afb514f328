"""Checksums of tensors, taken while another thread writes them."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass

from runtime_kit.checkpoint.run_dir.crc import CHUNK
from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.leaves import SMALLEST_SHARED

from .host_buffers import Staged


@dataclass(frozen=True)
class Home:
    """Where a tensor's bytes lie, and two checksums to recognise them by.

    ``sum64`` is the sum of the content as 64-bit words; -1 where it is not known. Together with the
    CRC it misses a change of weights with a chance of about 2**-90; the CRC alone would not do.
    """

    step: int
    file: str
    crc32: int
    sum64: int
    size: int

    def same_content(self, other: Home) -> bool:
        mine, theirs = (self.crc32, self.sum64, self.size), (other.crc32, other.sum64, other.size)
        return mine == theirs and self.sum64 >= 0


def checksums(data: memoryview) -> tuple[int, int]:
    """CRC-32 and 64-bit sum in one pass over the caches; the GIL is free meanwhile."""
    numpy = module("numpy")
    crc, total = 0, 0
    for offset in range(0, len(data), CHUNK):
        piece = data[offset : offset + CHUNK]
        crc = zlib.crc32(piece, crc)
        if numpy is not None:
            whole = len(piece) & ~7
            words = numpy.frombuffer(piece[:whole], dtype=numpy.uint64)
            total += int(words.sum(dtype=numpy.uint64)) + int.from_bytes(piece[whole:], "little")
    return crc, total % (1 << 64) if numpy is not None else -1


class ChecksumThread(threading.Thread):
    """Goes through the tensors of a file in order; ``homes`` says where each of them is found.

    A tensor with the content that ``known`` has stays where it is.
    """

    def __init__(self, rows: list[Staged], known: dict[str, Home], step: int, file: str) -> None:
        super().__init__(name="checkpoint-checksums", daemon=True)
        self._rows, self._known, self._step, self._file = rows, known, step, file
        self.homes: dict[str, Home] = {}
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._done = 0

    def begin(self) -> None:
        """Beside the caller, or at once where no thread is to be had."""
        try:
            self.start()
        except RuntimeError:
            self.run()

    def end(self) -> None:
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        try:
            for row in self._rows:
                leaf = row.leaf
                home = Home(self._step, self._file, *checksums(row.data), leaf.size)
                old = self._known.get(leaf.name)
                share = old is not None and leaf.size >= SMALLEST_SHARED and old.same_content(home)
                self.homes[leaf.name] = old if share and old is not None else home
                with self._changed:
                    self._done += 1
                    self._changed.notify()
        except BaseException as error:  # raised again in the thread that waits
            with self._changed:
                self._error = error
                self._changed.notify()

    def wait(self, count: int) -> None:
        """Until ``count`` tensors are checked."""
        with self._changed:
            self._changed.wait_for(lambda: self._done >= count or self._error is not None)
        if self._error is not None:
            raise self._error
