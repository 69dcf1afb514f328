"""Names of a tar that are not UTF-8: noted while it is read in one pass, decoded at its end."""

from __future__ import annotations

import os
from collections.abc import Callable

from .name_encoding import decode_name, guess_encoding
from .names import fitting

Parts = tuple[str, ...]


class TarNames:
    """Collects the names of a tar. A tar has no directory, so that which encoding they are in is
    known only when the last one was read; until then they keep their bytes."""

    def __init__(self, encoding: str = "") -> None:
        """
        :param encoding: of the names that are not UTF-8; guessed where empty.
        """
        self.encoding = encoding
        self.is_guess = False
        self.shortened: set[str] = set()
        self._odd: set[str] = set()

    def take(self, parts: Parts) -> Parts:
        """Note a path; return it with names that fit the disk."""
        self._odd.update(part for part in parts if not _is_text(part))
        return fitting(parts, self.shortened)

    def renamed(self) -> Callable[[str], str] | None:
        """How names are put right; None where all of them are UTF-8."""
        if not self._odd:
            return None
        if not self.encoding:
            self.encoding = guess_encoding(os.fsencode(name) for name in sorted(self._odd))
            self.is_guess = True

        def rename(name: str) -> str:
            if name.isascii():
                return name
            decoded = decode_name(os.fsencode(name), self.encoding)
            # A separator of that code page would lead elsewhere.
            safe = decoded.replace("/", "_").replace("\0", "_")
            return fitting((safe,), self.shortened)[0]

        return rename


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
