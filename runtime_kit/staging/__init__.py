"""Data from Drive or another slow place, unpacked on the fast local disk.

May import _os/ and platform.py.
"""

from .api import stage
from .errors import (
    DamagedArchiveError,
    NoSpaceError,
    SourceGoneError,
    StageError,
    UnsafeArchiveError,
)

__all__ = [
    "DamagedArchiveError",
    "NoSpaceError",
    "SourceGoneError",
    "StageError",
    "UnsafeArchiveError",
    "stage",
]
