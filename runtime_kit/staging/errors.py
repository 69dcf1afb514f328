"""What can keep data from being staged or fetched, each with one sentence of advice."""

from __future__ import annotations


class StageError(RuntimeError):
    """Staging stopped. What is unpacked so far is kept, and the next call goes on from there."""


class DamagedArchiveError(StageError):
    """The archive is not what its maker wrote: a checksum, a size or its structure is wrong."""


class UnsafeArchiveError(StageError):
    """The archive would write outside its folder, or unpack to more than the limit."""


class SourceGoneError(StageError):
    """The source stopped answering: a dead mount, a remote that went away, a time-out."""


class NoSpaceError(StageError):
    """The local disk is too small, or became full."""
