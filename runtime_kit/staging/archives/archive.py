"""Unpacks one archive into the unfinished folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from runtime_kit._os.progress import Bar
from runtime_kit._os.say import say
from runtime_kit.staging.pipeline.chunk_queue import ChunkQueue
from runtime_kit.staging.pipeline.cursor import Cursor
from runtime_kit.staging.pipeline.readahead import ReadAhead
from runtime_kit.staging.pipeline.sources import Source
from runtime_kit.staging.pipeline.worker_pool import WorkerPool
from runtime_kit.staging.space import default_limit, need_space

from .decompress import decompressed
from .tar_names import TarNames
from .tar_reader import unpack_tar
from .tree import Tree
from .zip_directory import read_directory
from .zip_reader import PIECE, survey, unpack_zip


class Unpacking:
    """The pipeline: one reader, a decompressor where there is one, the caller's thread that cuts
    the stream into members, and the workers that writes them."""

    def __init__(
        self,
        source: Source,
        kind: str,
        tree: Tree,
        bar: Bar,
        timeout: float,
        encoding: str = "",
    ) -> None:
        self._source = source
        self._encoding = encoding
        self._kind, _, self._compression = kind.partition(" ")
        self._tree = tree
        self._bar = bar
        self._timeout = timeout
        self._stop = threading.Event()
        self._opened: list[ReadAhead] = []
        self._position = 0

    def run(self, folder: Path, workers: int, limit: int | None) -> None:
        """Unpack all, and make the links.

        :raises StageError: with the reason; what is complete stays.
        """
        most = limit if limit is not None else default_limit(self._source.size)
        text = f"unpacking {self._source.name}"
        pool = WorkerPool(workers)
        cursor = Cursor(self._open_at, leaps=not self._compression)
        try:
            if self._kind == "zip":
                copy = folder / "tmp" / "directory"
                size, encoding = self._source.size, self._encoding
                with read_directory(cursor, size, copy, encoding) as directory:
                    need_space(folder, survey(directory, most) - self._tree.there(), text)
                    unpack_zip(cursor, directory, self._tree, pool)
                    self._tell_names(directory.is_guess, directory.encoding, directory.shortened)
            else:
                need_space(folder, self._source.size - self._tree.there(), text)
                if self._kind == "tar":
                    names = TarNames(self._encoding)
                    unpack_tar(cursor, self._tree, pool, most, names)
                    pool.drain()
                    self._tree.rename(names.renamed())
                    self._tell_names(names.is_guess, names.encoding, names.shortened)
                else:
                    self._copy(cursor, pool)
            pool.drain()
            self._tree.finish()
        finally:
            self._stop.set()
            for stage in self._opened:
                stage.close()
            pool.close()

    def _tell_names(self, is_guess: bool, encoding: str, shortened: set[str]) -> None:
        name = os.path.basename(self._source.name)
        if is_guess:
            say(f"names in {name} are read as {encoding}. Pass encoding= to read them otherwise.")
        if shortened:
            first = min(shortened)
            say(
                f"{len(shortened)} names in {name} are too long for the disk and were "
                f"shortened, such as {first[:40]}…"
            )

    def _open_at(self, start: int) -> Iterator[bytes]:
        blocks = self._ahead(self._counted(start), self._timeout)
        if self._compression:
            # The stage before this one watches the time.
            return self._ahead(decompressed(self._compression, blocks), None)
        return blocks

    def _ahead(self, blocks: Iterator[bytes], timeout: float | None) -> ReadAhead:
        stage = ReadAhead(
            blocks,
            self._source.name,
            timeout=timeout,
            trouble=lambda: self._source.trouble,
            waiting=self._show,
        )
        self._opened = [*self._opened[-3:], stage]
        return stage

    def _counted(self, start: int) -> Iterator[bytes]:
        position = start
        for block in self._source.blocks(start, self._stop):
            position += len(block)
            self._position = position
            yield block
            self._show()

    def _show(self) -> None:
        self._bar.to(self._position, self._tree.files, self._source.trouble)

    def _copy(self, cursor: Cursor, pool: WorkerPool) -> None:
        """A file that is no archive, as it is."""
        chunks = ChunkQueue(pool)
        name = self._source.name.rpartition(":")[2] if ":" in self._source.name else ""
        parts = (Path(name or self._source.name).name,)
        pool.submit_fed(self._tree.write, parts, chunks, 0, self._source.stamp / 1e9)
        while cursor.position < self._source.size:
            chunks.put(cursor.some(PIECE))
        chunks.end()
