"""Files and folders with the name of another in their folder, which Drive allows: all are fetched,
the later ones under names of their own."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path, PurePath
from typing import Any

from runtime_kit._os.say import say

from . import rclone
from .errors import FetchError


def fetch_namesakes(
    source: str, folder: Path, names: set[str], extra: list[str], timeout: float, progress: bool
) -> None:
    """Fetch by their ids what rclone leaves out of ``source``, since a path stands for one only.

    :param folder: where rclone has put one of each name.
    :param names: the paths below ``source`` that several have.
    :param extra: options that ``source`` needs.
    """
    found = _listed(source, names, extra, timeout) if names else {}
    renamed = []
    for path, entries in found.items():
        _drop(folder / path)
        for number, entry in enumerate(entries, 1):
            place = numbered(Path(path), number)
            target = str(folder / place)
            words = ["backend", "copyid", source, entry["ID"], target]
            if entry["IsDir"]:
                words = ["copy", source, target]
            options = [*extra, f"--drive-root-folder-id={entry['ID']}"] if entry["IsDir"] else extra
            rclone.transfer([*words, *options], path, timeout, progress)
            if number > 1:
                renamed.append(str(place))
    if renamed:
        tell_renamed(renamed)
    if left := names - found.keys():
        say(
            "NOT fetched, because another file in its folder has the same name: "
            f"{shortened(sorted(left))}. Fetch it by its own link, or rename it in Drive "
            "(`rclone dedupe rename`)."
        )


def numbered(path: Path, number: int) -> Path:
    """The path of the first, second, ... of one name."""
    return path if number == 1 else path.with_name(f"{path.stem} ({number}){path.suffix}")


def tell_renamed(names: list[str]) -> None:
    """Say which files have other names here than in Drive."""
    say(
        f"{len(names)} files have the name of another file in their folder, and "
        f"were fetched as {shortened([PurePath(name).name for name in names])}"
    )


def shortened(names: list[str]) -> str:
    """The first five."""
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def _listed(
    source: str, names: set[str], extra: list[str], timeout: float
) -> dict[str, list[dict[str, Any]]]:
    """Those of each name, the oldest first; nothing of a remote that has no ids."""
    try:
        text = rclone.ask(["lsjson", "--recursive", source, *extra], source, timeout)
        entries = json.loads(text)
    except (FetchError, ValueError):
        return {}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        if entry.get("ID") and entry["Path"] in names:
            found[entry["Path"]].append(entry)
    for of_one in found.values():
        of_one.sort(key=lambda entry: (entry.get("ModTime", ""), entry["ID"]))
    return {path: of_one for path, of_one in found.items() if len(of_one) > 1}


def _drop(path: Path) -> None:
    """Which of them rclone took is not known."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
