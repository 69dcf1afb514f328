"""``stage``: data from a slow place, unpacked on the fast local disk."""

from __future__ import annotations

import codecs
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime_kit._os.files import explain
from runtime_kit._os.progress import Bar
from runtime_kit._os.say import say

from .archives.archive import Unpacking
from .archives.formats import HEAD, kind_of_content, stem_of
from .archives.seven_zip import unpack_7z
from .archives.tree import Tree
from .calls import within
from .copy_folder import WORKERS, copy_folder, has_changed
from .errors import NoSpaceError, StageError
from .pack import pack as write_pack
from .pack import packed_name
from .paths import StagingPaths
from .pipeline.sources import FileSource
from .space import fast_folder

FULL = (28, 122)  # ENOSPC, EDQUOT


def stage(
    source: str | os.PathLike[str],
    to: str | os.PathLike[str] | None = None,
    *,
    pack: bool = False,
    overwrite: bool = False,
    limit: int | None = None,
    workers: int | None = None,
    timeout: float = 120.0,
    progress: bool = True,
    encoding: str = "",
) -> Path:
    """Bring an archive or a folder to the local disk, and return the folder it is in.

    A second call returns at once; one after an interrupt or a kill goes on where that ended. The
    folder appears when it is complete, and holds what the archive holds and nothing else.

    :param source: .zip, .tar (also .gz, .bz2, .xz, .zst), .7z, a folder, or any other file.
    :param to: the new folder; by default one named like the source on this machine's own disk.
    :param pack: for a folder of many small files: also write it as one archive beside the source,
        and use that one the next time.
    :param overwrite: replace what is at ``to``. Nothing is replaced or deleted otherwise.
    :param limit: bytes that the archive may unpack to; 100 times its size by default.
    :param workers: threads that unpack and write.
    :param timeout: seconds without a byte from the source that are too many.
    :param progress: show a bar.
    :param encoding: of the names in the archive that are not UTF-8, such as ``"cp949"``; guessed
        from all of them by default, and the guess is printed.
    :raises StageError: with the reason in plain words.
    """
    if encoding:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise StageError(
                f"encoding={encoding!r} is not known to Python; cp949, gbk, cp932, cp950 and cp866 "
                "are usual ones"
            ) from None
    origin = Path(os.path.abspath(os.path.expanduser(os.fspath(source))))
    archive = packed_name(origin)
    target = Path(to).expanduser() if to is not None else fast_folder() / stem_of(origin.name)
    paths = StagingPaths(Path(os.path.abspath(target)))
    try:
        status = within(timeout, str(origin), os.stat, origin)
        is_folder = stat.S_ISDIR(status.st_mode)
        if is_folder and pack and within(timeout, str(archive), os.path.isfile, archive):
            pack = False
            if overwrite or paths.staged() != _of_folder(origin):  # else it has been made of that
                again = f"delete it to pack {origin.name} again"
                say(f"Using {archive}; {again}")
                origin, is_folder = archive, False
    except OSError as error:
        raise StageError(explain(error, origin)) from error
    options = Options(overwrite, limit, workers, timeout, progress, encoding)
    try:
        paths.target.parent.mkdir(parents=True, exist_ok=True)
        with paths.file_lock():
            fresh = _bring(origin, is_folder, paths, options)
            if is_folder and pack:
                _pack(origin, paths, archive, fresh, timeout)
    except OSError as error:
        text = explain(error, paths.target.parent)
        if error.errno in FULL:
            raise NoSpaceError(
                f"{text}. The files unpacked so far are in {paths.partial}. Call this "
                "again to continue, or delete that folder."
            ) from error
        raise StageError(text) from error
    return paths.target


@dataclass(frozen=True)
class Options:
    """The arguments of :func:`stage` that the steps below need."""

    overwrite: bool
    limit: int | None
    workers: int | None
    timeout: float
    progress: bool
    encoding: str = ""


def _bring(origin: Path, is_folder: bool, paths: StagingPaths, options: Options) -> bool:
    """False if it was staged already."""
    source = None if is_folder else FileSource(origin, options.timeout)
    identity = _of_folder(origin)
    if source is not None:
        identity = {"name": origin.name, "size": source.size, "mtime": source.stamp // 10**9}
    there = paths.staged()
    if there == identity and not options.overwrite:
        say(f"{paths.target} is already staged")
        if changed := paths.changed():
            say(
                f"Files in it that are missing or resized since: {changed:,}. If you "
                "did not change them, pass overwrite=True to stage it again"
            )
        return False
    _must_be_free(paths, there, origin, options)
    resumed = paths.resume(identity)
    if resumed:
        say(f"Resuming {paths.target}, which was interrupted")
    tree = Tree(paths.partial, resumed)
    begin = time.monotonic()
    try:
        if source is None:
            copy_folder(
                origin,
                paths.partial,
                tree,
                workers=options.workers or WORKERS,
                timeout=options.timeout,
                progress=options.progress,
            )
        else:
            _unpack(source, paths.partial, tree, options)
    finally:
        tree.close()
    paths.publish(identity, options.overwrite, tree.files)
    seconds = time.monotonic() - begin
    say(
        f"Staged {tree.files:,} files, {tree.bytes / 1e9:.2f} GB, in "
        f"{seconds:.0f} s: {paths.target}"
    )
    return True


def _pack(origin: Path, paths: StagingPaths, archive: Path, fresh: bool, timeout: float) -> None:
    """From the copy, which is here, as long as it is one: all who come later get what is packed.

    :raises StageError: it is not.
    """
    if not fresh and has_changed(origin, paths.target, timeout):
        raise StageError(
            f"{origin} has changed since {paths.target} was staged from it, so it is "
            "not packed. Pass overwrite=True to stage the folder again and pack that"
        )
    write_pack(paths.target, archive, timeout)


def _of_folder(origin: Path) -> dict[str, Any]:
    """By its whole path: `train/images` and `test/images` have nothing else to tell them apart."""
    return {"name": str(origin), "size": None, "mtime": None}


def _unpack(source: FileSource, folder: Path, tree: Tree, options: Options) -> None:
    kind = kind_of_content(
        source.name, within(options.timeout, str(source.path), _head, source.path)
    )
    with Bar(source.path.name, source.size, options.progress) as bar:
        if kind == "7z":
            unpack_7z(source.path, source.size, folder, tree, options.limit, bar, options.timeout)
            return
        workers = options.workers or min(8, os.cpu_count() or 2)
        unpacking = Unpacking(source, kind, tree, bar, options.timeout, options.encoding)
        unpacking.run(folder, workers, options.limit)


def _head(path: Path) -> bytes:
    """All in one call: closing a file that another thread reads would wait for that thread."""
    with open(path, "rb", buffering=0) as file:
        return file.read(HEAD)


def _must_be_free(
    paths: StagingPaths, there: dict[str, Any] | None, origin: Path, options: Options
) -> None:
    """:raises StageError: something is at the target that nobody has asked to replace."""
    target = paths.target
    if os.path.ismount(target):
        raise StageError(f"{target} is a mount point. Choose a new folder on it with to=")
    if not os.path.lexists(target):
        return
    real = Path(within(options.timeout, str(origin), os.path.realpath, origin))
    if Path(os.path.realpath(target)) in (real, *real.parents):
        raise StageError(
            f"{origin} is inside {target}, which this would replace. Choose another folder with to="
        )
    if options.overwrite:
        return
    if there is not None:
        what = "has changed since" if there["name"] == origin.name else "is another source"
        raise StageError(
            f"{target} was staged from {there['name']}, and {origin} {what}. Pass "
            "overwrite=True to replace the folder, or choose another one with to="
        )
    if target.is_symlink() or not target.is_dir() or any(target.iterdir()):
        raise StageError(
            f"{target} already exists, and was not staged by this. Choose a new "
            "folder with to=, or pass overwrite=True to replace it"
        )
