"""Copies a folder of many files from a mount: many at a time, since each costs a round trip."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

from runtime_kit._os.progress import Bar
from runtime_kit._os.say import say

from .archives.attributes import sane_time
from .archives.tree import Tree
from .errors import SourceGoneError, UnsafeArchiveError
from .pipeline.readahead import ReadAhead
from .pipeline.sources import MAY_COME_BACK, PAUSE
from .pipeline.worker_pool import WorkerPool
from .space import need_space

PIECE = 1 << 20
WORKERS = 16
_NO_BYTES = (errno.EOPNOTSUPP, errno.ENOTSUP)
"""What Drive answers for a Google document, which is a link and no file."""


def copy_folder(
    source: Path, folder: Path, tree: Tree, *, workers: int, timeout: float, progress: bool
) -> None:
    """List ``source``, see that it fits, and copy it into the tree.

    :raises StageError: with the reason; what is complete stays.
    """
    listing = folder / "tmp" / "listing"
    total = _list(source, listing, timeout)
    prune_partial(folder / "tree", listing)
    need_space(folder, total - tree.there(), f"a copy of {source}")
    pool = WorkerPool(workers, timeout=timeout)
    left_out: list[str] = []
    try:
        with open(listing, encoding="utf-8") as lines, Bar(source.name, total, progress) as bar:
            for line in lines:
                kind, parts, size, mode, mtime, target = json.loads(line)
                parts = tuple(parts)
                if kind == "folder":
                    tree.make_folder(parts)
                elif kind == "link":
                    tree.link(parts, target)
                elif tree.claim(parts, size, sane_time(mtime)):
                    pool.submit(PIECE, _copy, source, parts, mode, mtime, tree, pool, left_out)
                bar.to(tree.bytes, tree.files, pool.trouble)
            pool.drain()
        tree.finish()
    finally:
        pool.close(1.0)
    if left_out:
        say(
            f"{len(left_out)} files have no bytes to copy and were left out (Google "
            f"documents, for example): {', '.join(sorted(left_out)[:5])}"
        )


def has_changed(source: Path, copy: Path, timeout: float) -> bool:
    """Whether a folder holds something else than a copy of it, as far as a listing shows.

    :raises StageError: it cannot be listed.
    """
    entries = cast("Iterator[bytes]", _walk(source, ()))
    ahead = ReadAhead(entries, str(source), timeout=timeout, ahead=6000)
    try:
        there = map(_signs, cast("Iterator[tuple[Any, ...]]", ahead))
        here = map(_signs, _walk(copy, ()))
        return any(one != other for one, other in zip_longest(there, here))
    except OSError as error:
        raise SourceGoneError(f"{source} cannot be listed: {error.strerror or error}") from error
    finally:
        ahead.close()


def _signs(entry: tuple[Any, ...]) -> tuple[Any, ...]:
    kind, parts, size, mode, mtime, target = entry
    if kind != "file":
        return (kind, parts, target)
    return (kind, parts, size, bool(mode & 0o100), int(sane_time(mtime)))


def _list(source: Path, listing: Path, timeout: float) -> int:
    """Write the folder's content to a file, a line each; returns the bytes it will take."""
    total = 0
    entries = cast("Iterator[bytes]", _walk(source, ()))
    ahead = ReadAhead(entries, str(source), timeout=timeout, ahead=6000)
    try:
        with open(listing, "w", encoding="utf-8") as file:
            for entry in cast("Iterator[tuple[Any, ...]]", ahead):
                file.write(json.dumps(entry) + "\n")
                total += -(-entry[2] // 4096) * 4096
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise SourceGoneError(f"{source} cannot be listed: {error.strerror or error}") from error
    finally:
        ahead.close()
    return total


def _walk(source: Path, parts: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    with os.scandir(source.joinpath(*parts)) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        inner = (*parts, entry.name)
        status = entry.stat(follow_symlinks=False)
        details = (status.st_size, stat.S_IMODE(status.st_mode), status.st_mtime)
        if stat.S_ISLNK(status.st_mode):
            yield ("link", inner, 0, 0, 0, os.readlink(entry.path))
        elif stat.S_ISDIR(status.st_mode):
            yield ("folder", inner, 0, 0, 0, "")
            yield from _walk(source, inner)
        elif stat.S_ISREG(status.st_mode):
            yield ("file", inner, *details, "")
        else:
            raise UnsafeArchiveError(f"The folder holds a device or pipe: {'/'.join(inner)!r}")


def _copy(
    source: Path,
    parts: tuple[str, ...],
    mode: int,
    mtime: float,
    tree: Tree,
    pool: WorkerPool,
    left_out: list[str],
) -> None:
    while not pool.stopped:
        try:
            tree.write(parts, _pieces(source.joinpath(*parts), pool), mode, sane_time(mtime))
            return
        except _SourceError as error:
            cause = error.args[0]
            if cause.errno in _NO_BYTES:
                left_out.append("/".join(parts))
                return
            if cause.errno not in MAY_COME_BACK:
                name = source.joinpath(*parts)
                raise SourceGoneError(f"{name}: {cause.strerror or cause}") from cause
            pool.trouble = f" ({cause.strerror or cause})"
            pool.pause(PAUSE)


class _SourceError(Exception):
    """An error of the source, as against one of the disk that is written to."""


def _pieces(path: Path, pool: WorkerPool) -> Iterator[bytes]:
    try:
        with open(path, "rb", buffering=0) as file:
            while piece := file.read(PIECE):
                pool.beat()
                yield piece
    except OSError as error:
        raise _SourceError(error) from error


def prune_partial(top: Path, listing: Path) -> None:
    """Delete below ``top`` what is not in the listing of the source, or is something else there.

    Both come in the same order: a folder's entries sorted, and what is in one right behind it.
    """
    with open(listing, encoding="utf-8") as lines:
        wanted = _wanted(lines)
        kind, parts = next(wanted, ("", None))
        for path, is_folder in _found(top):
            here = path.relative_to(top).parts
            while parts is not None and parts < here:
                kind, parts = next(wanted, ("", None))
            if parts != here or (kind == "folder") != is_folder:
                shutil.rmtree(path) if is_folder else path.unlink()


def _wanted(lines: Iterator[str]) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    for line in lines:
        kind, parts, *_ = json.loads(line)
        yield kind, tuple(parts)


def _found(top: Path) -> Iterator[tuple[Path, bool]]:
    """What was deleted meanwhile is not entered."""
    with os.scandir(top) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        yield path, is_folder
        if is_folder and path.is_dir():
            yield from _found(path)
