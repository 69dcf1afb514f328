"""A file that is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from runtime_kit._os.files import explain, fsync_file, fsync_folder
from runtime_kit.checkpoint.run_dir.layout import COMMIT

from .errors import UsageError


def check_output(out: Path, *, force: bool) -> None:
    """:class:`UsageError` where ``out`` cannot or should not be written."""
    if out.is_dir():
        raise UsageError(f"{out} is a folder. Pass the name of a file in it.")
    if not out.parent.is_dir():
        raise UsageError(f"Folder {out.parent} not found. Create it first.")
    if any((parent / COMMIT).exists() for parent in out.resolve().parents):
        raise UsageError(
            f"{out} is inside a checkpoint, which must not change. Choose another place."
        )
    if out.exists() and not force:
        raise UsageError(f"{out} already exists. Choose another name, or add --force.")


@contextlib.contextmanager
def replacing(out: Path, *, force: bool) -> Iterator[Path]:
    """A hidden name beside ``out`` to write to, which takes the place of ``out`` at the end."""
    temporary = out.with_name(f".{out.name}.tmp-{secrets.token_hex(4)}")
    try:
        yield temporary
        fsync_file(temporary)
        check_output(out, force=force)
        os.replace(temporary, out)
        fsync_folder(out.parent)
    except OSError as error:
        raise UsageError(f"{out} was not written: {explain(error, out.parent)}.") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
