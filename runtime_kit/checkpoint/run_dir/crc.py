"""CRC-32 of pieces, put together without touching the bytes again.

The CRC of A+B follows from the CRCs of A and B and the length of B: appending n zero bytes is a
linear map over GF(2), and its power for n is built by squaring (M. Adler's method in zlib). It lets
threads check pieces of one file at once, and gives each tensor a CRC of its own for free.
"""

from __future__ import annotations

import functools
import zlib

_POLYNOMIAL = 0xEDB88320
CHUNK = 4 << 20  # bytes a call: long enough to amortise taking the GIL again


def _apply(matrix: tuple[int, ...], vector: int) -> int:
    total = 0
    index = 0
    while vector:
        if vector & 1:
            total ^= matrix[index]
        vector >>= 1
        index += 1
    return total


def _times(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_apply(a, column) for column in b)


@functools.cache
def _squarings() -> tuple[tuple[int, ...], ...]:
    """Maps that append 1, 2, 4, ... zero bytes (64 of them)."""
    one_bit = (_POLYNOMIAL, *(1 << i for i in range(31)))
    step = one_bit
    for _ in range(3):  # one bit -> one byte
        step = _times(step, step)
    powers = [step]
    for _ in range(63):
        step = _times(step, step)
        powers.append(step)
    return tuple(powers)


@functools.lru_cache(4096)
def _shift(length: int) -> tuple[int, ...]:
    matrix = tuple(1 << i for i in range(32))
    for power, squared in enumerate(_squarings()):
        if length >> power & 1:
            matrix = _times(squared, matrix)
    return matrix


def combine(first: int, second: int, second_length: int) -> int:
    """CRC of A+B from CRC(A), CRC(B) and len(B) in bytes."""
    if second_length == 0:
        return first
    return _apply(_shift(second_length), first) ^ second


def crc32(data: memoryview | bytes, start: int = 0) -> int:
    """zlib.crc32 in chunks; the GIL is free while a chunk is checked."""
    view = memoryview(data)
    for offset in range(0, len(view), CHUNK):
        start = zlib.crc32(view[offset : offset + CHUNK], start)
    return start
