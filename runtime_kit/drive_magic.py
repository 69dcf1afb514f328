"""`%drive_mount` and `%%drive_mount`: a durable folder as `DRIVE`."""

from __future__ import annotations

import argparse
import shlex
from typing import Any, NoReturn

NAME = "drive_mount"


def drive_mount(shell: Any, line: str, body: str | None = None) -> None:
    """Set `DRIVE` to a durable folder, whichever this machine has:

        %drive_mount
        %drive_mount /mnt/box --remote box: --folder digits --read-only

    As `%%drive_mount` it runs the cell's body with the folder ready, and flushes when the body is
    done, so that what it wrote is in the remote.

    PATH          where to mount
    --remote      a remote of rclone's; without it, what this machine has
    --folder      a folder in it, which is made if it is not there
    --read-only   keep it as it is
    --timeout     seconds that mounting may take

    `{name}` and `$name` in the line stand for variables.
    """
    __tracebackhide__ = True
    from .cell_body import CellBody
    from .storage import StorageError, drive

    options = vars(_arguments(line))
    code = None if body is None else CellBody(shell, body)
    try:
        shell.user_ns["DRIVE"] = drive.mount(options.pop("path"), **options)
    except StorageError as error:
        raise _usage_error(str(error)) from error
    if code is None:
        return
    try:
        code.run()
    except Exception:
        _flush_after_error()
        raise
    try:
        drive.flush()
    except StorageError as error:
        raise _usage_error(str(error)) from error


def _flush_after_error() -> None:
    """What was written before the error is to last too; the error is what the user has to see."""
    from .storage import StorageError, drive

    try:
        drive.flush()
    except StorageError as error:
        print(f"runtime-kit: {error}")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _usage_error(f"{message}. Usage: {self.format_usage().partition(': ')[2]}")


def _arguments(line: str) -> argparse.Namespace:
    parser = _Parser(prog=f"%{NAME}", add_help=False, allow_abbrev=False)
    parser.add_argument("path", nargs="?")
    parser.add_argument("--remote", default="")
    parser.add_argument("--folder", default="")
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--timeout", type=float, default=120)
    try:
        words = shlex.split(line)
    except ValueError as error:
        parser.error(str(error).lower())
    return parser.parse_args(words)


def _usage_error(message: str) -> Exception:
    """The error that IPython shows as a single line."""
    from IPython.core.error import UsageError

    return UsageError(f"%{NAME}: {' '.join(message.split())}")
