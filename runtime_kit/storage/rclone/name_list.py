"""A file with one name a line, for rclone."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path


@contextlib.contextmanager
def list_of(names: Iterable[str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "names")
        path.write_text("".join(f"{name}\n" for name in names), encoding="utf-8", newline="")
        yield path
