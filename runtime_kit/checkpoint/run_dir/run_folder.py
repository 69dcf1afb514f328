"""The folder of a run, where its name can be one of a folder's on this machine."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from runtime_kit.checkpoint.errors import CheckpointError

from .layout import check_run_name, runs_folder

# "Naming Files, Paths, and Namespaces" in Microsoft's documentation. A colon opens a stream of the
# file in front of it, a dot at the end is dropped, and a device is there in every folder.
_WINDOWS_REFUSES = re.compile(
    r'.*[<>:"|?*\x00-\x1f].*|.*\.|(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9¹²³]) *(\..*)?',
    re.IGNORECASE | re.DOTALL,
)


def run_folder(folder: str | os.PathLike[str], name: str) -> Path:
    """The folder of the run ``name`` in ``folder``.

    :raises CheckpointError: no folder can have this name here, or it is another run's.
    """
    check_run_name(name)
    if _is_windows() and _WINDOWS_REFUSES.fullmatch(name):
        raise CheckpointError(
            f"{name!r} can't be a folder on Windows. Use letters, digits, '-' and '_' in the name."
        )
    runs = runs_folder(folder)
    other = _same_folder(runs, name)
    if other is not None:
        raise CheckpointError(
            f"Run {name!r} would be saved in the folder of run {other!r}: this disk ignores case. "
            "Use that name to resume it, or another one."
        )
    return runs / name


def _is_windows() -> bool:
    return os.name == "nt"


def _same_folder(runs: Path, name: str) -> str | None:
    """The run whose folder has this name here as well, spelled in other letters."""
    try:
        names = os.listdir(runs) if (runs / name).exists() else []
    except OSError:  # said by what reads the run
        return None
    if name in names:
        return None
    # macOS writes an accent as a letter of its own: that is the same name.
    wanted = unicodedata.normalize("NFC", name)
    for other in names:
        found = unicodedata.normalize("NFC", other)
        if found != wanted and found.casefold() == wanted.casefold():
            return other
    return None
