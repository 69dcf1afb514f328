"""What can befall a file."""

from __future__ import annotations

from pathlib import Path


def zero_hole(data: bytes) -> bytes:
    middle = len(data) // 2
    hole = min(65536, len(data) - 1)
    start = max(0, middle - hole // 2)
    return data[:start] + bytes(hole) + data[start + hole :]


DAMAGE = {
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "last byte missing": lambda data: data[:-1],
    "bit flip": lambda data: (
        data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 16]) + data[len(data) // 2 + 1 :]
    ),
    "zeros": zero_hole,
    "deleted": None,
}


def damage(path: Path, how: str) -> None:
    """Do to a file what ``how`` says."""
    change = DAMAGE[how]
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change(path.read_bytes()))
