"""Unpacks a tar in one pass; the headers are Python's `tarfile`'s to read."""

from __future__ import annotations

import tarfile
from typing import IO, cast

from runtime_kit.staging.errors import DamagedArchiveError, StageError, UnsafeArchiveError
from runtime_kit.staging.pipeline.chunk_queue import ChunkQueue
from runtime_kit.staging.pipeline.cursor import Cursor
from runtime_kit.staging.pipeline.worker_pool import WorkerPool

from .attributes import sane_time
from .names import member_parts
from .tar_names import TarNames
from .tree import Tree
from .zip_reader import PIECE, SMALL

REST = 64
"""Pieces behind the end of a tar that are read: compressed ones have their checksum there."""


def unpack_tar(cursor: Cursor, tree: Tree, pool: WorkerPool, limit: int, names: TarNames) -> None:
    """Cut the stream into members and have them written.

    :param names: gets the names that are not UTF-8; they are put right when all are known.

    :raises UnsafeArchiveError: a path or link that leaves the folder, a device, too many bytes.
    :raises DamagedArchiveError: the stream is not a tar, or not complete.
    """
    total = 0
    try:
        with tarfile.TarFile(fileobj=cast("IO[bytes]", cursor), errors="surrogateescape") as tar:
            while (member := tar.next()) is not None:
                tar.members = []  # type: ignore[attr-defined]  # it keeps them all otherwise
                total += member.size
                if total > limit:
                    raise UnsafeArchiveError(
                        "The archive unpacks to more than the limit of "
                        f"{limit / 1e9:.1f} GB. Pass limit=BYTES if that is right"
                    )
                _member(cursor, member, tree, pool, names)
                if member.isreg():
                    cursor.skip_to(member.offset_data + member.size)
        _see_the_end(cursor)
    except tarfile.TarError as error:
        raise DamagedArchiveError(f"The archive is damaged: {error}") from error


def _see_the_end(cursor: Cursor) -> None:
    """To `tarfile` a header that is damaged or cut short is the end, as if nothing were missing."""
    if not cursor.latest:
        raise DamagedArchiveError(
            "The archive has no end-of-archive mark, so files may be missing. "
            "Download it again. If you know that it is complete, unpack it with `tar "
            "-xf`, which ignores that, and stage the folder"
        )
    if cursor.latest != bytes(tarfile.BLOCKSIZE):
        raise DamagedArchiveError(
            "The archive is damaged or incomplete: it does not end as a tar does. Download it again"
        )
    for _ in range(REST):
        if not cursor.read(PIECE):
            break


def _member(
    cursor: Cursor, member: tarfile.TarInfo, tree: Tree, pool: WorkerPool, names: TarNames
) -> None:
    parts = names.take(member_parts(member.name))
    if member.isdir():
        tree.make_folder(parts)
        return
    if not parts:
        raise DamagedArchiveError("The archive holds a file without a name")
    if member.issym():
        tree.link(parts, member.linkname)
    elif member.islnk():
        tree.link(parts, member.linkname, hard=names.take(member_parts(member.linkname)))
    elif member.issparse():
        raise StageError(f"{member.name} in the archive is sparse: unpack it with `tar`")
    elif not member.isreg():
        raise UnsafeArchiveError(f"The archive holds a device or pipe: {member.name!r}")
    else:
        _file(cursor, member, parts, tree, pool)


def _file(
    cursor: Cursor, member: tarfile.TarInfo, parts: tuple[str, ...], tree: Tree, pool: WorkerPool
) -> None:
    if tree.busy(parts):
        pool.drain()
    mtime = sane_time(float(member.mtime))
    if not tree.claim(parts, member.size, mtime):
        return
    if member.size <= SMALL:
        pool.submit(member.size, tree.write, parts, [cursor.take(member.size)], member.mode, mtime)
        return
    chunks = ChunkQueue(pool)
    pool.submit_fed(tree.write, parts, chunks, member.mode, mtime)
    left = member.size
    while left:
        piece = cursor.some(min(left, PIECE))
        chunks.put(piece)
        left -= len(piece)
    chunks.end()
