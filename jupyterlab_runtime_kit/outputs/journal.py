"""The file that a kernel's outputs are appended to, and reading it back."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

SUFFIX = ".journal"
FORMAT = 1

#: Longest single record that is kept, in bytes. A larger message is noted as lost.
MAX_RECORD = 32 * 2**20


def journal_path(folder: Path, kernel_id: str) -> Path:
    """The journal of a kernel."""
    return folder / f"{kernel_id}{SUFFIX}"


class JournalFile:
    """An append-only file of records, one JSON object a line behind its CRC-32.

    A write goes to the operating system at once, so a killed server loses nothing that was
    appended. A damaged line is skipped: the next line end begins a good one.
    """

    def __init__(self, path: Path) -> None:
        """
        :param path: the file; its folder is made with mode 700, the file with 600.
        :raises OSError: the file can't be made.
        """
        self.path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = _open_private(path)
        self.size = self._file.seek(0, os.SEEK_END)
        if self.size and not _ends_with_newline(path):
            # A server that was killed while writing left half a line.
            self._file.write(b"\n")
            self.size += 1

    def append(self, record: dict[str, Any], content: bytes | None = None) -> None:
        """Add a record.

        :param record: small values.
        :param content: JSON as the kernel sent it, put in as ``"c"`` without being parsed.
        :raises OSError: the disk is full, or the file is gone.
        """
        body = json.dumps(record, separators=(",", ":")).encode()
        if content is not None:
            if b"\n" in content or b"\r" in content:
                # Between values these are blanks; inside of strings JSON does not allow them.
                content = content.replace(b"\n", b" ").replace(b"\r", b" ")
            body = body[:-1] + b',"c":' + content + b"}"
        line = b"%08x %b\n" % (zlib.crc32(body), body)
        try:
            written = self._file.write(line)
        except OSError:
            self._repair()
            raise
        if written != len(line):
            self._repair()
            raise OSError(f"{self.path} has room for {written} of {len(line)} bytes only")
        self.size += len(line)

    def _repair(self) -> None:
        """Cut off a record that was written in part."""
        try:
            os.ftruncate(self._file.fileno(), self.size)
        except OSError:
            return

    def replace_from(self, compacted: Path, read_to: int) -> None:
        """Continue in ``compacted``, which stands for the first ``read_to`` bytes of this file.

        What was appended since is copied behind it, then the file is exchanged.
        """
        target = _open_private(compacted)
        with self.path.open("rb") as source:
            source.seek(read_to)
            while block := source.read(2**20):
                target.write(block)
        os.replace(compacted, self.path)
        self._file.close()
        self._file = target
        self.size = target.seek(0, os.SEEK_END)

    def close(self) -> None:
        self._file.close()


def _open_private(path: Path) -> BinaryIO:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags, 0o600), "ab", buffering=0)


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def read_records(
    path: Path, start: int = 0, end: int | None = None
) -> Iterator[tuple[dict[str, Any] | None, int]]:
    """Read the records of a journal.

    :param start: byte to begin at: 0, or the second value of an earlier pair.
    :param end: byte to stop at.
    :return: pairs of a record, or None for a damaged line, and the byte behind it. Half a line
        at the end is not returned: it may still be written.
    """
    position = start
    with path.open("rb") as file:
        file.seek(start)
        while end is None or position < end:
            line = file.readline(2 * MAX_RECORD)
            if not line.endswith(b"\n"):
                return
            position += len(line)
            if line == b"\n":
                continue
            yield _parse(line), position


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        if int(line[:8], 16) != zlib.crc32(line[9:-1]) or line[8:9] != b" ":
            return None
        record = json.loads(line[9:-1])
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
