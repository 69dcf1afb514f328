"""The unfinished folder: files first, links last, nothing outside it."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from runtime_kit.staging.errors import DamagedArchiveError, UnsafeArchiveError

from .attributes import permissions
from .names import link_stays_inside

Parts = tuple[str, ...]
Pieces = Iterable[bytes | memoryview]


class Tree:
    """Writes members below ``folder/tree``. Safe to use from several threads.

    While files are written there is no link in the tree, so no path can lead out of it.
    """

    def __init__(self, folder: Path, resumed: bool) -> None:
        self.top = os.path.realpath(folder / "tree")
        self.files = 0
        self.bytes = 0
        self._tmp = folder / "tmp"
        self._resumed = resumed
        self._made: set[str] = set()
        self._busy: set[Parts] = set()
        # By place, the number of the last link noted there: a member that comes later counts.
        self._noted: dict[Parts, int] = {}
        self._links_noted = 0
        self._counting = threading.Lock()
        self._links = open(self._tmp / "links", "w+", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115
        if resumed:
            self._remove_links()

    def claim(self, parts: Parts, size: int, mtime: float) -> bool:
        """False if the file is there already, from a call that was interrupted.

        A name that comes twice is one that was appended: the later one counts. The caller asks
        ``busy`` first and waits until the earlier one is written.
        """
        self._noted.pop(parts, None)
        if self._resumed:
            try:
                status = os.lstat(self.path(parts))
            except OSError:
                pass
            else:
                if status.st_size == size and int(status.st_mtime) == int(mtime):
                    self._count(size)
                    return False
        with self._counting:
            self._busy.add(parts)
        return True

    def there(self) -> int:
        """Bytes of the disk that an interrupted call has filled already."""
        names = (os.path.join(folder, n) for folder, _, ns in os.walk(self.top) for n in ns)
        return sum(-(-os.lstat(name).st_size // 4096) * 4096 for name in names)

    def busy(self, parts: Parts) -> bool:
        return parts in self._busy

    def path(self, parts: Parts) -> str:
        return os.path.join(self.top, *parts)

    def write(self, parts: Parts, pieces: Pieces, mode: int, mtime: float) -> None:
        """Write a file. Its time comes last, by which a whole one is known after a kill."""
        self.make_folder(parts[:-1])
        path = self.path(parts)
        descriptor = self._create(parts, path, permissions(mode))
        size = 0
        try:
            try:
                for piece in pieces:
                    done = 0
                    while done < len(piece):
                        done += os.write(descriptor, piece[done:] if done else piece)
                    size += done
            finally:
                os.close(descriptor)
            os.utime(path, (mtime, mtime))
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise
        with self._counting:
            self._busy.discard(parts)
        self._count(size)

    def _create(self, parts: Parts, path: str, mode: int) -> int:
        """A new file, never one that is there: another name may lead to it too."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            with contextlib.suppress(FileExistsError):
                return os.open(path, flags, mode)
            os.unlink(path)
            return os.open(path, flags, mode)
        except OSError as error:
            if os.path.isdir(path) or isinstance(error, NotADirectoryError):
                raise self._two_kinds(parts) from error
            raise

    def make_folder(self, parts: Parts) -> None:
        self._noted.pop(parts, None)
        path = self.path(parts)
        if path in self._made:
            return
        try:
            os.makedirs(path, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise self._two_kinds(parts) from error
        if len(self._made) > 100_000:
            self._made.clear()
        self._made.add(path)

    def link(self, parts: Parts, target: str, hard: Parts | None = None) -> None:
        """Note a link for later; ``hard`` is the member that a hard link shares its bytes with.

        :raises UnsafeArchiveError: it points out of the tree.
        """
        if hard is None and not link_stays_inside(parts, target):
            raise UnsafeArchiveError(
                "The archive holds a link that leaves its folder: "
                f"{'/'.join(parts)!r} -> {target!r}"
            )
        self._links_noted += 1
        self._noted[parts] = self._links_noted
        self._links.write(json.dumps([parts, target, hard, self._links_noted]) + "\n")

    def rename(self, change: Callable[[str], str] | None) -> None:
        """Give all that is written other names, and the links with it, before these are made."""
        if change is None:
            return
        for folder, folders, files in os.walk(self.top, topdown=False):
            for name in (*folders, *files):
                if (new := change(name)) != name:
                    os.rename(os.path.join(folder, name), os.path.join(folder, new))
        links = list(self._counting_links())
        self._links.seek(0)
        self._links.truncate()
        self._noted.clear()
        for parts, target, hard in links:
            self.link(
                tuple(map(change, parts)),
                "/".join(map(change, target.split("/"))),
                tuple(map(change, hard)) if hard is not None else None,
            )

    def finish(self) -> None:
        """Make the links, when all files are there, and see where each really lies and leads.

        :raises UnsafeArchiveError: through another link it leads out of the tree.
        """
        for hard_ones in (True, False):
            for parts, target, hard in self._counting_links():
                if (hard is not None) == hard_ones:
                    self._must_be_inside(parts, parts[:-1])
                    self._make_link(tuple(parts), target, hard)
        for parts, _, _ in self._counting_links():
            self._must_be_inside(parts, parts)

    def _counting_links(self) -> Iterator[tuple[list[str], str, list[str] | None]]:
        """The links in whose place nothing came later."""
        self._links.seek(0)
        for line in self._links:
            parts, target, hard, number = json.loads(line)
            if self._noted.get(tuple(parts)) == number:
                yield parts, target, hard

    def _must_be_inside(self, link: list[str], parts: list[str]) -> None:
        """Behind other links a place is another than its letters say."""
        real = os.path.realpath(self.path(tuple(parts)))
        if real != self.top and not real.startswith(self.top + os.sep):
            self._remove_links()
            raise UnsafeArchiveError(
                f"The archive holds a link that leaves its folder: {'/'.join(link)!r}"
            )

    def close(self) -> None:
        self._links.close()

    def _make_link(self, parts: Parts, target: str, hard: list[str] | None) -> None:
        path = self.path(parts)
        self.make_folder(parts[:-1])
        if os.path.lexists(path):
            if os.path.isdir(path) and not os.path.islink(path):
                raise self._two_kinds(parts)
            os.unlink(path)
        if hard is None:
            os.symlink(target, path)
            return
        try:
            os.link(self.path(tuple(hard)), path, follow_symlinks=False)
        except FileNotFoundError as error:
            raise DamagedArchiveError(
                f"The archive holds a hard link to what it does not hold: {'/'.join(hard)!r}"
            ) from error

    def _remove_links(self) -> None:
        """An earlier call may have ended between two links; files are written through none."""
        for folder, folders, names in os.walk(self.top):
            for path in (os.path.join(folder, name) for name in (*folders, *names)):
                if os.path.islink(path):
                    os.unlink(path)

    def _two_kinds(self, parts: Parts) -> DamagedArchiveError:
        return DamagedArchiveError(
            f"The archive holds {'/'.join(parts)!r} both as a file and as a folder"
        )

    def _count(self, size: int) -> None:
        with self._counting:
            self.files += 1
            self.bytes += size
