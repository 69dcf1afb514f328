"""Unpacks a zip in one pass from its first byte to its last, as a mount likes to be read."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from runtime_kit.staging.errors import DamagedArchiveError, StageError, UnsafeArchiveError
from runtime_kit.staging.pipeline.chunk_queue import ChunkQueue
from runtime_kit.staging.pipeline.cursor import Cursor
from runtime_kit.staging.pipeline.worker_pool import WorkerPool

from .attributes import sane_time
from .tree import Tree
from .zip_directory import Directory, Entry

SMALL = 1 << 20  # bytes of a file that is handed to a worker in one piece
PIECE = 1 << 20
_LOCAL = struct.Struct("<4s5H3L2H")


def survey(directory: Directory, limit: int) -> int:
    """Look at every entry before anything is written; returns the bytes the files will take.

    :raises UnsafeArchiveError: a path or a link that leaves the folder, or too many bytes.
    """
    total = blocks = 0
    before = -1
    ordered = True
    for entry in directory:
        if entry.method not in (0, 8, 12, 14):
            raise StageError(
                f"{'/'.join(entry.parts)} in the zip is packed in a way that Python cannot "
                f"unpack (method {entry.method}): unpack it with `7z x`"
            )
        total += entry.size
        blocks += -(-entry.size // 4096) * 4096
        ordered = ordered and entry.offset > before
        before = entry.offset
        if total > limit:
            raise UnsafeArchiveError(
                f"The archive unpacks to more than the limit of {limit / 1e9:.1f} GB. "
                "Pass limit=BYTES if that is right"
            )
    if not ordered:
        directory.sort()
    return blocks


def unpack_zip(cursor: Cursor, directory: Directory, tree: Tree, pool: WorkerPool) -> None:
    """Cut the stream into members and have them unpacked."""
    cursor.restart(0)
    for entry in directory:
        if entry.is_folder:
            tree.make_folder(entry.parts)
            continue
        if not entry.parts:
            raise DamagedArchiveError("The archive holds a file without a name")
        if tree.busy(entry.parts):
            pool.drain()
        if not entry.is_link and not tree.claim(entry.parts, entry.size, sane_time(entry.mtime)):
            continue
        if entry.offset < cursor.position:
            raise UnsafeArchiveError("Members of the zip overlap, as in a zip bomb")
        cursor.skip_to(entry.offset)
        header = cursor.take(_LOCAL.size)
        if header[:4] != b"PK\x03\x04":
            raise DamagedArchiveError(f"The zip is damaged before {'/'.join(entry.parts)}")
        *_, name_size, extra_size = _LOCAL.unpack(header)
        cursor.skip_to(cursor.position + name_size + extra_size)
        if entry.is_link:
            if entry.size > 4096 or entry.packed > 8192:
                raise DamagedArchiveError(f"{'/'.join(entry.parts)} is too long for a link")
            target = b"".join(_unpacked(entry, [cursor.take(entry.packed)]))
            tree.link(entry.parts, target.decode("utf-8", "surrogateescape"))
        elif max(entry.size, entry.packed) <= SMALL:
            pool.submit(entry.packed + entry.size, _write, tree, entry, [cursor.take(entry.packed)])
        else:
            _chunks(cursor, entry, tree, pool)


def _chunks(cursor: Cursor, entry: Entry, tree: Tree, pool: WorkerPool) -> None:
    chunks = ChunkQueue(pool)
    pool.submit_fed(_write, tree, entry, chunks)
    left = entry.packed
    while left:
        piece = cursor.some(min(left, PIECE))
        chunks.put(piece)
        left -= len(piece)
    chunks.end()


def _write(tree: Tree, entry: Entry, pieces: Iterable[memoryview]) -> None:
    tree.write(entry.parts, _unpacked(entry, pieces), entry.mode, sane_time(entry.mtime))


def _unpacked(entry: Entry, pieces: Iterable[memoryview]) -> Iterator[bytes | memoryview]:
    """The member's bytes, never more than it states, checked against its checksum."""
    crc = size = 0
    for piece in _inflated(entry, pieces):
        size += len(piece)
        if size > entry.size:
            break
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != entry.size or crc != entry.crc:
        raise DamagedArchiveError(
            f"{'/'.join(entry.parts)} in the archive is damaged (its checksum "
            "differs). Download the archive again"
        )


def _inflated(entry: Entry, pieces: Iterable[memoryview]) -> Iterator[bytes | memoryview]:
    if entry.method == 0:
        yield from pieces
        return
    most = min(entry.size + 1, PIECE)
    try:
        if entry.method in (12, 14):
            stream: Any = None
            head = b""
            for piece in pieces:
                if stream is None:
                    head += piece
                    stream, head = _decompressor(entry.method, head)
                    if stream is None:
                        continue
                    piece = memoryview(head)
                if not stream.eof:
                    yield stream.decompress(piece, most)
                while not stream.eof and not stream.needs_input:
                    yield stream.decompress(b"", most)
            return
        inflate = zlib.decompressobj(-15)
        for piece in pieces:
            data: bytes | memoryview = piece
            while len(data) and not inflate.eof:
                yield inflate.decompress(data, most)
                data = inflate.unconsumed_tail
        while not inflate.eof and (rest := inflate.decompress(inflate.unconsumed_tail, most)):
            yield rest
    except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        raise DamagedArchiveError(
            f"{'/'.join(entry.parts)} in the archive is damaged ({error})"
        ) from error


def _decompressor(method: int, head: bytes) -> tuple[Any, bytes]:
    """What unpacks a member, and the bytes of ``head`` that are its data; None where more bytes
    are needed to tell. LZMA members begin with their properties (APPNOTE.TXT 5.8.8)."""
    if method == 12:
        return bz2.BZ2Decompressor(), head
    if len(head) < 4 or len(head) < 4 + int.from_bytes(head[2:4], "little"):
        return None, head
    length = int.from_bytes(head[2:4], "little")
    properties = head[4 : 4 + length]
    if length != 5 or properties[0] >= 225:
        raise lzma.LZMAError("the properties of an LZMA member are damaged")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    filters = [
        {
            "id": lzma.FILTER_LZMA1,
            "lc": lc,
            "lp": lp,
            "pb": pb,
            "dict_size": max(int.from_bytes(properties[1:5], "little"), 1 << 12),
        }
    ]
    stream = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    return stream, head[4 + length :]
