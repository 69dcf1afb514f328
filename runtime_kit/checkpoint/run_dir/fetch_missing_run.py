"""Where storage is a local copy of a remote, a run that is not here yet is brought from there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .layout import check_run_name, runs_folder


def fetch_missing_run(folder: str | os.PathLike[str], run: str) -> Path:
    """The folder of runs, with this run in it if the remote has it.

    Without it a run in a fresh copy would look new, and its training would start anew.

    :raises StorageError: the remote cannot be asked.
    :raises CheckpointError: this can never be a folder or the name of a run.
    """
    check_run_name(run)
    runs_folder(folder)
    # There if something is mounted.
    copies = sys.modules.get("runtime_kit.storage.providers.rclone_copy")
    if copies is not None:
        copies.fill(Path(folder).expanduser() / run)
    return Path(folder)
