"""Copies plain memory with several threads that take pieces from one queue.

torch copies with its own threads, which wait for each other after each tensor. Where another
program has one of the cores, a save of 400 tensors takes ten times as long that way. Here a thread
that gets no core holds up the piece it has, and nothing else.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module

Span = tuple[int, int, int]  # target address, source address, bytes

PIECE = 4 << 20  # bytes a call: long enough to amortise taking the GIL again
_ROW = 512 << 10  # bytes; see _copy_rows
_WORTH_A_THREAD = 32 << 20  # bytes; below, starting a thread takes longer than it saves
_MOST_THREADS = 4  # by then the memory is the limit, not a core


def copy_spans(spans: list[Span], threads: int) -> None:
    """Copy each span. Both sides must stay alive and unchanged until this returns."""
    pieces = iter(list(_pieces(spans)))  # next() on a list's iterator is one step under the GIL
    wanted = min(threads, _MOST_THREADS, sum(span[2] for span in spans) // _WORTH_A_THREAD)
    helpers = [
        threading.Thread(target=_copy, args=(pieces,), name="checkpoint-copy", daemon=True)
        for _ in range(wanted - 1)
    ]
    begun = []
    for helper in helpers:
        try:
            helper.start()
        except RuntimeError:  # no thread is to be had: this one copies all
            break
        begun.append(helper)
    try:
        _copy(pieces)
    finally:
        for _ in pieces:  # Ctrl+C: what nobody has begun is left
            pass
        _join(begun)


def _join(threads: list[threading.Thread]) -> None:
    """Wait, also where Ctrl+C falls into it: the next save uses the same memory."""
    interrupt: KeyboardInterrupt | None = None
    for thread in threads:
        while thread.is_alive():
            try:
                thread.join()
            except KeyboardInterrupt as error:
                interrupt = error
    if interrupt is not None:
        raise interrupt


def _pieces(spans: Iterable[Span]) -> Iterator[Span]:
    for target, source, size in spans:
        for offset in range(0, size, PIECE):
            yield target + offset, source + offset, min(PIECE, size - offset)


def _copy(pieces: Iterator[Span]) -> None:
    numpy = module("numpy")
    for target, source, size in pieces:
        done = _copy_rows(numpy, target, source, size) if numpy is not None else 0
        ctypes.memmove(target + done, source + done, size - done)  # without the GIL


def _copy_rows(numpy: Any, target: int, source: int, size: int) -> int:
    """Copy all but the rest of ``size``; returns how many bytes.

    glibc copies what is smaller than a core's L2 cache by ``rep movsb``, which does not read the
    lines that it writes, and larger ones by plain stores, which do. NumPy copies every other row
    of a block in one call, each row by a memcpy of its own, and the GIL is free meanwhile.
    """
    pairs = size // (2 * _ROW)
    done = pairs * 2 * _ROW
    if pairs:
        to, by = (
            numpy.frombuffer((ctypes.c_ubyte * done).from_address(at), numpy.uint8).reshape(
                pairs, 2, _ROW
            )
            for at in (target, source)
        )
        for half in range(2):
            numpy.copyto(to[:, half], by[:, half])
    return done
