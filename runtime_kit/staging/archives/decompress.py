"""Streams of compressed tars, never further unpacked than the next stage has room for."""

from __future__ import annotations

import bz2
import lzma
import shutil
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from runtime_kit._os.trusted_imports import import_trusted
from runtime_kit.staging.errors import DamagedArchiveError, StageError

PIECE = 1 << 20


def decompressed(kind: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes in a stream of the kind ``gz``, ``bz2``, ``xz`` or ``zst``.

    :raises DamagedArchiveError: the stream is damaged or ends early.
    """
    try:
        if kind == "gz":
            yield from _members(blocks, lambda: _Gzip())
        elif kind == "bz2":
            yield from _members(blocks, bz2.BZ2Decompressor)
        elif kind == "xz":
            yield from _members(blocks, lzma.LZMADecompressor)
        else:
            yield from _zstd(blocks)
    except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        raise DamagedArchiveError(f"The archive is damaged ({error}). Download it again") from error


class _Gzip:
    """zlib's object in the manner of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)
        self._kept = b""

    def decompress(self, data: bytes, most: int) -> bytes:
        piece = self._inflate.decompress(self._kept + data if self._kept else data, most)
        self._kept = self._inflate.unconsumed_tail
        return piece

    @property
    def needs_input(self) -> bool:
        return not self._kept

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data


def _members(blocks: Iterator[bytes], make: Callable[[], Any]) -> Iterator[bytes]:
    """One compressed stream behind the other, as `pigz` and `cat` make them."""
    stream = None
    for block in blocks:
        data = block
        while data:
            if stream is None:
                if not data.strip(b"\0"):
                    break  # tapes and some disks pad with zeros
                stream = make()
            piece = stream.decompress(data, PIECE)
            if piece:
                yield piece
            while not stream.eof and not stream.needs_input:
                if piece := stream.decompress(b"", PIECE):
                    yield piece
            data = b""
            if stream.eof:
                data, stream = stream.unused_data, None
    if stream is not None:
        raise DamagedArchiveError(
            "The archive is incomplete: it ends in the middle. Download it again"
        )


def _zstd(blocks: Iterator[bytes]) -> Iterator[bytes]:
    for name in ("compression.zstd", "backports.zstd"):
        try:
            module = import_trusted(name)
        except ImportError:
            continue
        yield from _members(blocks, module.ZstdDecompressor)
        return
    tool = shutil.which("zstd")
    if tool is None:
        raise StageError(
            "This Python cannot unpack .zst: install the program zstd (`apt install "
            "zstd`, `conda install zstd`) or `pip install backports.zstd`"
        )
    yield from _through([tool, "-dcq", "--memory=1024MB"], blocks)


def _through(command: list[str], blocks: Iterator[bytes]) -> Iterator[bytes]:
    """What a program makes of the stream."""
    failure: list[BaseException] = []
    program = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert program.stdin is not None and program.stdout is not None

    def feed() -> None:
        try:
            for block in blocks:
                rest = memoryview(block)
                while rest:
                    rest = rest[program.stdin.write(rest) :]  # type: ignore[union-attr]
        except BrokenPipeError:
            pass
        except BaseException as error:
            failure.append(error)
        finally:
            program.stdin.close()  # type: ignore[union-attr]

    feeder = threading.Thread(target=feed, name="runtime-kit-zstd", daemon=True)
    feeder.start()
    try:
        while piece := program.stdout.read(PIECE):
            yield piece
        feeder.join()
        if failure:
            raise failure[0]
        said = program.stderr.read().decode(errors="replace").strip()  # type: ignore[union-attr]
        if program.wait() != 0:
            raise DamagedArchiveError(f"The archive is damaged ({said[-200:]})")
    finally:
        program.kill()
        program.wait()
