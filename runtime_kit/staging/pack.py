"""Packs a folder once beside itself, so that the next runtime reads one file."""

from __future__ import annotations

import contextlib
import os
import tarfile
import warnings
from pathlib import Path

from runtime_kit._os.say import say

from .calls import within


def packed_name(folder: Path) -> Path:
    """Where the pack of a folder lies."""
    return folder.with_name(folder.name + ".tar")


def pack(content: Path, archive: Path, timeout: float) -> bool:
    """Write what is in ``content`` to ``archive``; it has that name when it is complete.

    The data itself is there already, so a source that cannot be written is a warning.
    """
    part = archive.with_name(f".{archive.name}.{os.getpid()}.part"[-250:])
    try:
        with open(part, "xb", buffering=4 << 20) as file:
            with tarfile.open(
                fileobj=file, mode="w|", bufsize=1 << 20, format=tarfile.PAX_FORMAT
            ) as tar:
                for path in sorted(content.iterdir()):
                    _add(tar, path, path.name)
            size = file.tell()
        if within(timeout, str(part), os.stat, part).st_size != size:
            raise OSError(5, "it is shorter when read back")
        if archive.exists():
            raise FileExistsError(17, "another program has packed it meanwhile", str(archive))
        part.rename(archive)
    except OSError as error:
        warnings.warn(
            f"{archive} was not written ({error.strerror or error}). Next time the "
            "files are copied one by one again",
            stacklevel=4,
        )
        _drop(part)
        return False
    except BaseException:  # an interrupt: what is there is of use to nobody
        _drop(part)
        raise
    say(f"Packed {archive.stem} into {archive} ({size / 1e9:.2f} GB)")
    return True


def _drop(part: Path) -> None:
    with contextlib.suppress(OSError):
        part.unlink()


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Add with the list of members kept empty: a million of them would fill the memory."""
    tar.add(path, name, recursive=False)
    tar.members = []  # type: ignore[attr-defined]
    if path.is_dir() and not path.is_symlink():
        for inner in sorted(path.iterdir()):
            _add(tar, inner, f"{name}/{inner.name}")
