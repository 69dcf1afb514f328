"""Reads a zip's directory, kept on the disk: a million names would fill the memory."""

from __future__ import annotations

import struct
import time
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from runtime_kit.staging.errors import DamagedArchiveError, StageError
from runtime_kit.staging.pipeline.cursor import Cursor

from .name_encoding import decode_name, guess_encoding
from .names import fitting, member_parts

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_MEMBER = struct.Struct("<4s6H3L5H2L")
LONGEST_COMMENT = 1 << 16
_FROM_WINDOWS = (0, 6, 10, 11, 14)
"""Systems that a zip may say it was made on whose tools write backslashes between folders."""


class Entry(NamedTuple):
    """A member as the directory states it."""

    parts: tuple[str, ...]
    is_folder: bool
    is_link: bool
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    mtime: float


class Directory:
    """The entries of a zip in the order of their data, which is how a mount is read fast."""

    def __init__(self, file: BinaryIO, size: int, shift: int, encoding: str = "") -> None:
        self._file = file
        self._size = size
        self._shift = shift
        self._order: list[int] | None = None
        self.encoding = encoding
        """Of the names that are neither flagged nor UTF-8; empty where there is none."""
        self.is_guess = False
        self.shortened: set[str] = set()
        """Names that were too long for a file system."""
        if not encoding:
            self._guess()

    def __iter__(self) -> Iterator[Entry]:
        if self._order is None:
            self._file.seek(0)
            while self._file.tell() < self._size:
                yield self._next()
            return
        for position in self._order:
            self._file.seek(position)
            yield self._next()

    def __enter__(self) -> Directory:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def _guess(self) -> None:
        """Look at all names before the first is taken."""
        odd: list[bytes] = []
        self._file.seek(0)
        while self._file.tell() < self._size and len(odd) < 10_000:
            *_, raw_name, unicode_name = self._header()
            if not unicode_name and not _is_utf8(raw_name):
                odd.append(raw_name)
        if odd:
            self.encoding, self.is_guess = guess_encoding(odd), True

    def sort(self) -> None:
        """Needed when the directory names the members in another order than that of their data."""
        places, offsets = array("Q"), array("Q")
        self._file.seek(0)
        while (place := self._file.tell()) < self._size:
            places.append(place)
            offsets.append(self._next().offset)
        self._order = [places[i] for i in sorted(range(len(places)), key=offsets.__getitem__)]

    def _header(self) -> tuple[Any, ...]:
        raw = self._file.read(_MEMBER.size)
        if len(raw) < _MEMBER.size or raw[:4] != b"PK\x01\x02":
            raise DamagedArchiveError("The directory of the zip is damaged")
        (_, made, _, flags, method, clock, date, crc, packed, size, *rest) = _MEMBER.unpack(raw)
        name_size, extra_size, comment_size, _, _, attributes, offset = rest
        raw_name = self._file.read(name_size)
        extra = self._file.read(extra_size)
        self._file.seek(comment_size, 1)
        size, packed, offset, unicode_name = _extra(extra, raw_name, size, packed, offset)
        facts = (made, flags, method, clock, date, crc, packed, size, attributes, offset)
        return (*facts, raw_name, unicode_name)

    def _next(self) -> Entry:
        found = self._header()
        made, flags, method, clock, date, crc, packed, size, attributes, offset = found[:-2]
        raw_name, unicode_name = found[-2:]
        name = unicode_name or _decoded(raw_name, flags, self.encoding)
        mode = attributes >> 16 if made >> 8 in (3, 19) else 0
        if made >> 8 in _FROM_WINDOWS and (unicode_name or _is_utf8(raw_name)):
            # In other encodings a backslash may be a part of a letter, or a sign for money.
            name = name.replace("\\", "/")
        if flags & 1:
            raise StageError(f"{name} in the zip is encrypted: unpack it with `7z x` or `unzip`")
        return Entry(
            parts=fitting(member_parts(name), self.shortened),
            is_folder=name.endswith("/") or mode >> 12 == 0o4,
            is_link=mode >> 12 == 0o12,
            method=method,
            crc=crc,
            packed=packed,
            size=size,
            offset=offset + self._shift,
            mode=mode & 0o7777,
            mtime=_mtime(date, clock),
        )


def read_directory(cursor: Cursor, size: int, copy: Path, encoding: str = "") -> Directory:
    """Copy the directory of the zip of ``size`` bytes to the file ``copy``.

    :param encoding: of names that are neither flagged as UTF-8 nor are it; guessed where empty.

    :raises DamagedArchiveError: this is no complete zip.
    """
    start = max(0, size - LONGEST_COMMENT - _END.size - _LOCATOR.size - _END64.size)
    cursor.skip_to(start)
    tail = bytes(cursor.take(size - start))
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise DamagedArchiveError("It has no directory: it is not a zip, or not complete")
    _, disk, _, _, _, length, offset, _ = _END.unpack_from(tail, place)
    end = place
    if disk not in (0, 0xFFFF):
        raise StageError("The zip has several parts: unpack it with `7z x`")
    locator = place - _LOCATOR.size
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        end = locator - _END64.size
        if end < 0 or tail[end : end + 4] != b"PK\x06\x06":
            raise DamagedArchiveError("The end of the zip is damaged")
        *_, length, offset = _END64.unpack_from(tail, end)
    where = start + end - length
    # What was put before the zip, such as a program that unpacks it, shifts every offset.
    shift = where - offset
    if where < 0 or shift < 0:
        raise DamagedArchiveError("The directory of the zip is damaged")
    cursor.restart(where)
    file = open(copy, "w+b")  # noqa: SIM115
    left = length
    while left:
        piece = cursor.some(left)
        file.write(piece)
        left -= len(piece)
    return Directory(file, length, shift, encoding)


def _extra(extra: bytes, name: bytes, *numbers: int) -> tuple[int, int, int, str]:
    """Sizes and offset above 4 GiB, and the name in UTF-8, from where newer tools put them."""
    values, unicode_name, place = list(numbers), "", 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        data = extra[place + 4 : place + 4 + length]
        if kind == 1:
            for index, value in enumerate(values):
                if value == 0xFFFFFFFF:
                    if len(data) < 8:
                        raise DamagedArchiveError("The directory of the zip is damaged")
                    values[index] = int.from_bytes(data[:8], "little")
                    data = data[8:]
        elif kind == 0x7075 and data[1:5] == zlib.crc32(name).to_bytes(4, "little"):
            unicode_name = data[5:].decode("utf-8", "replace")
        place += 4 + length
    return values[0], values[1], values[2], unicode_name


def _decoded(name: bytes, flags: int, encoding: str) -> str:
    """Many tools write UTF-8 and do not say so; nothing else is likely to be valid UTF-8."""
    if flags & 0x800 and not _is_utf8(name):
        raise DamagedArchiveError(f"The zip holds a name that is no text: {name!r}")
    return decode_name(name, encoding or "cp437")


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mtime(date: int, clock: int) -> float:
    parts = (1980 + (date >> 9), (date >> 5) & 15, date & 31, clock >> 11, (clock >> 5) & 63)
    try:
        return time.mktime((*parts, (clock & 31) * 2, 0, 0, -1))
    except (OverflowError, ValueError):
        return 0.0
