"""Writes the tensors of one payload file while another thread takes their checksums.

A tensor whose content is the same as in an older step is not written again: the step refers to the
file of the older one (Check-N-Run's idea, NSDI'22, for a frozen backbone rather than embeddings).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime_kit.checkpoint.run_dir import crc
from runtime_kit.checkpoint.run_dir.layout import FileRecord
from runtime_kit.checkpoint.state.leaves import SMALLEST_SHARED, Leaf
from runtime_kit.checkpoint.state.safetensors_format import header

from .checksums import ChecksumThread, Home
from .host_buffers import StagedFile
from .raw_file import ALIGN, CHUNK, RawFile

_WORTH_A_THREAD = 64 << 20  # bytes; below, it costs the training more than the write gains


@dataclass
class Written:
    """Result for one payload file. ``record`` is None where every tensor was found elsewhere."""

    record: FileRecord | None
    homes: dict[str, Home]


def write_payload(
    folder: Path,
    file: str,
    staged: StagedFile,
    step: int,
    known: dict[str, Home],
    *,
    direct: bool = True,
) -> Written:
    """Write and fsync ``folder/file`` with those tensors that ``known`` does not have. ``direct``:
    try to write past the page cache."""
    rows = staged.rows
    checks = ChecksumThread(rows, known, step, file)
    if staged.size < _WORTH_A_THREAD:
        checks.run()
    else:
        checks.begin()
    try:
        candidates = any(
            row.leaf.name in known and row.leaf.size >= SMALLEST_SHARED for row in rows
        )
        if candidates:
            checks.wait(len(rows))
            rows = [row for row in rows if checks.homes[row.leaf.name].step == step]
            if not rows:
                return Written(None, checks.homes)
        leaves = [row.leaf for row in rows]
        head = header(leaves, align=ALIGN if staged.size >= CHUNK else 64)
        with RawFile(folder / file, direct=direct) as raw:
            raw.write(memoryview(head), 0)
            if len(rows) == len(staged.rows):
                raw.write(staged.block, len(head))
            else:
                offset = len(head)
                for piece in joined([row.data for row in rows]):
                    raw.write(piece, offset)
                    offset += len(piece)
            checks.wait(len(staged.rows))
            raw.sync()
    finally:
        checks.end()
    return Written(file_record(head, leaves, checks.homes), checks.homes)


def file_record(head: bytes, leaves: list[Leaf], homes: dict[str, Home]) -> FileRecord:
    """Size and CRC of a file from those of its header and tensors."""
    value, size = zlib.crc32(head), len(head)
    for leaf in leaves:
        value = crc.combine(value, homes[leaf.name].crc32, leaf.size)
        size += leaf.size
    return FileRecord(size, value)


def joined(pieces: list[memoryview]) -> Iterator[memoryview]:
    """The same bytes in fewer pieces: neighbours below 1 MiB are put together."""
    small: list[memoryview] = []
    for piece in pieces:
        if len(piece) >= 1 << 20:
            if small:
                yield memoryview(b"".join(small))
                small = []
            yield piece
        else:
            small.append(piece)
    if small:
        yield memoryview(b"".join(small))
