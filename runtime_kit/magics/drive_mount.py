"""`%drive_mount` and `%%drive_mount`: a durable folder as `DRIVE`."""

from __future__ import annotations

import argparse
from typing import Any

from runtime_kit._os.say import say

from .parser import MagicParser, told_usage, usage_error

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
    if told_usage(line, drive_mount):
        return
    from runtime_kit.storage import StorageError, drive

    from .cell_body import CellBody

    options = vars(_arguments(line))
    code = None if body is None else CellBody(shell, body)
    try:
        shell.user_ns["DRIVE"] = drive.mount(options.pop("path"), **options)
    except StorageError as error:
        raise usage_error(f"%{NAME}", str(error)) from error
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
        raise usage_error(f"%{NAME}", str(error)) from error


def _flush_after_error() -> None:
    """What was written before the error is to last too; the error is what the user has to see."""
    from runtime_kit.storage import StorageError, drive

    try:
        drive.flush()
    except StorageError as error:
        say(str(error))


def _arguments(line: str) -> argparse.Namespace:
    parser = MagicParser(f"%{NAME}")
    parser.add_argument("path", nargs="?")
    parser.add_argument("--remote", default="")
    parser.add_argument("--folder", default="")
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--timeout", type=float, default=120)
    return parser.parse_line(line)
