"""A place in a stream of blocks that only moves forwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runtime_kit.staging.errors import DamagedArchiveError, UnsafeArchiveError

LEAP = 16 << 20
"""A gap above this is worth opening the source anew behind it."""

HEADER = 16 << 20
"""No header of an archive is larger; one that says so is made to fill the memory."""


class Ended(DamagedArchiveError):
    """There is nothing any more."""


class Cursor:
    """Hands out pieces of a stream without copying them where they lie in one block.

    :param open_at: the blocks from a position on; called again to leap over a gap where ``leaps``.
    """

    def __init__(
        self,
        open_at: Callable[[int], Iterator[bytes]],
        *,
        leaps: bool,
    ) -> None:
        self.position = 0
        self.latest = b""  # what was read last
        self._open_at = open_at
        self._leaps = leaps
        self._blocks = open_at(0) if not leaps else None
        self._rest = memoryview(b"")

    def some(self, limit: int) -> memoryview:
        """Between one and ``limit`` bytes.

        :raises Ended:
        """
        while not len(self._rest):
            if self._blocks is None:
                self._blocks = self._open_at(self.position)
            block = next(self._blocks, None)
            if block is None:
                raise Ended("the archive is incomplete: it ends in the middle. Download it again")
            self._rest = memoryview(block)
        piece, self._rest = self._rest[:limit], self._rest[limit:]
        self.position += len(piece)
        return piece

    def take(self, count: int) -> memoryview:
        """Exactly so many bytes; meant for what is small."""
        if count == 0:
            return memoryview(b"")
        piece = self.some(count)
        if len(piece) == count:
            return piece
        whole = bytearray(piece)
        while len(whole) < count:
            whole += self.some(count - len(whole))
        return memoryview(whole)

    def skip_to(self, position: int) -> None:
        """Move on; without reading what lies between where the source can do so."""
        gap = position - self.position
        if self._leaps and gap > LEAP + len(self._rest):
            self.restart(position)
            return
        while self.position < position:
            self.some(position - self.position)

    def restart(self, position: int) -> None:
        """Move to any place, by opening the source anew there."""
        self.close()
        self._rest = memoryview(b"")
        self.position = position

    def close(self) -> None:
        close = getattr(self._blocks, "close", None)
        if close is not None:
            close()
        self._blocks = None

    # -- what `tarfile` asks of a file

    def read(self, count: int) -> bytes:
        if count > HEADER:
            raise UnsafeArchiveError(f"The archive has a header of {count} bytes")
        whole = bytearray()
        while len(whole) < count:
            try:
                whole += self.some(count - len(whole))
            except Ended:
                break
        self.latest = bytes(whole)
        return self.latest

    def tell(self) -> int:
        return self.position

    def seek(self, position: int) -> None:
        self.skip_to(position)
