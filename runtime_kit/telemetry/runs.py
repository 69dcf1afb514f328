"""The runs in a folder, read cheaply: a good one again only when its steps have changed."""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .._os.files import read_regular, stat_or_none
from ..checkpoint.run_dir.layout import LOCK, Commit, Listing, list_run
from ..checkpoint.run_dir.step_files import check_sizes, read_commit, read_state
from .activity import activity, has_lock, rhythm

_MOST = 50  # runs of a folder that are read, the newest ones
_LOOKS = 3  # at a run whose steps go while they are read
_HISTORY = 200  # entries of history that are sent


class RunReader:
    """Remembers what it has read."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, dict[str, Any], float | None]] = {}
        self.left_out = 0  # folders beside the runs of the last reading, too many to be read

    def read_folders(self, folders: Iterable[Path]) -> dict[Path, list[dict[str, Any]]]:
        """The runs of those that have some.

        :raises OSError: none has, and one of them cannot be read (a mount that has died).
        """
        found, failed, self.left_out = {}, None, 0
        places: dict[str, Path] = {}
        for folder in folders:  # each once, also where one of them is a link to another
            places.setdefault(os.path.realpath(folder), folder)
        for folder in places.values():
            try:
                if runs := self.read_folder(folder):
                    found[folder] = runs
            except OSError as error:
                failed = error
        if failed and not found:
            raise failed
        return found

    def read_folder(self, folder: Path) -> list[dict[str, Any]]:
        """The runs in a folder, newest first; none where it does not exist."""
        found = []
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # it is being deleted
                    if _maybe(entry):
                        found.append((entry.stat().st_mtime, entry.path))
        newest = sorted(found, reverse=True)[:_MOST]
        self.left_out += len(found) - len(newest)
        runs = [self._read_safely(Path(path)) for _, path in newest]
        return [run for run in runs if run is not None]

    def _read_safely(self, folder: Path) -> dict[str, Any] | None:
        """Whatever one run is like, the others are still listed."""
        try:
            return self.read(folder)
        except OSError:  # of the whole mount, or of this folder alone
            os.listdir(folder.parent)
            return None
        except Exception:
            return {**_unknown(folder, 0), "written": None, "due": None, "sign": ""}

    def read(self, folder: Path) -> dict[str, Any] | None:
        """One run, or None for a folder that is none."""
        for _ in range(_LOOKS):
            listing = list_run(folder)
            run = self._read(folder, listing)
            # A training deletes steps while they are read: that is no damage.
            if not run or run["state"] != "damaged" or list_run(folder).steps == listing.steps:
                break
        return run

    def _read(self, folder: Path, listing: Listing) -> dict[str, Any] | None:
        steps = listing.steps
        lock = folder / LOCK
        sign = (tuple(steps), status.st_ino if (status := stat_or_none(lock)) else 0)
        known = self._known.get(str(folder))
        # What looks damaged may be a mount that failed for a moment.
        if known is None or known[0] != sign or known[1]["state"] == "damaged":
            known = (sign, *_describe(folder, steps))
            self._known[str(folder)] = known
        return {**known[1], **activity(listing, known[1], known[2])} if steps else None


def thin(history: Any) -> list[tuple[int, dict[str, float]]]:
    """At most 200 entries as ``(step, {name: number})``, evenly chosen, the last one always."""
    entries = history if isinstance(history, list) else []
    stride = -(-len(entries) // _HISTORY) or 1
    chosen = [entry for entry in entries[::-1][::stride][::-1] if isinstance(entry, dict)]
    steps = [(_number(entry.get("step")), entry) for entry in chosen]
    return [(int(step), _numbers(entry)) for step, entry in steps if step is not None]


def _maybe(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir() and not entry.name.startswith(".")


def _describe(folder: Path, steps: dict[int, Path]) -> tuple[dict[str, Any], float | None]:
    """The run, and its rhythm where no lock tells whether it is being trained."""
    run = _unknown(folder, max(steps, default=0))
    run["finished"] = _is_finished(folder, run["step"])
    saved: list[Any] = []
    for step in sorted(steps, reverse=True):
        commit = _commit(steps[step], step)
        if commit is None:
            continue
        run["size"] += sum(r.size for n, r in commit.files.items() if not n.startswith("../"))
        if run["saved"] is None:
            state = _state(steps[step], commit)
            if step == run["step"] and state:
                run["state"] = "local"
                run["finished"] = run["finished"] or _has_all_epochs(state)
            run["step"] = run["committed"] = step
            run["epoch"] = _number(state.get("epoch"))
            run["saved"] = _number(state.get("time"))
            run["metrics"] = _numbers(state.get("metrics"))
            run["history"] = thin(state.get("history"))
            if not has_lock(folder, state):
                saved.append(run["saved"])
        elif len(saved) == 1:
            saved.append(_state(steps[step], commit).get("time"))
    return run, rhythm(saved)


def _unknown(folder: Path, step: int) -> dict[str, Any]:
    return {
        "name": folder.name,
        "folder": str(folder),
        "live": False,
        "committed": None,
        "failed": False,
        "step": step,
        "epoch": None,
        "saved": None,
        "size": 0,
        "state": "damaged",
        "finished": False,
        "resumed_from": None,
        "metrics": {},
        "history": [],
    }


def _commit(step: Path, number: int) -> Commit | None:
    """None where it is not good, as far as known: damaged, in a format of the future, or gone."""
    try:
        commit = read_commit(step, number)
        check_sizes(step, commit)
        return commit
    except Exception:
        return None


def _state(step: Path, commit: Commit) -> dict[str, Any]:
    try:
        return read_state(step, commit)
    except Exception:  # as above
        return {}


def _is_finished(folder: Path, step: int) -> bool:
    """The run was brought to its end, not just left: its owner noted the step in the lock."""
    try:
        lock = json.loads(read_regular(folder / LOCK, 1 << 16))
        return bool(lock.get("finished") == step)
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def _has_all_epochs(state: dict[str, Any]) -> bool:
    """A standalone cell saves how many epochs its loop is to have."""
    epoch, epochs = state.get("epoch"), state.get("epochs")
    if not isinstance(epoch, int) or not isinstance(epochs, int):
        return False
    return epoch >= epochs and not state.get("batch")


def _numbers(values: Any) -> dict[str, float]:
    """Those that go by a name of the user's."""
    pairs = values.items() if isinstance(values, dict) else ()
    known = ("step", "epoch", "time")
    return {
        name: value for name, value in pairs if name not in known and _number(value) is not None
    }


def _number(value: Any) -> Any:
    """``value`` if it is a number that JSON has; else None. Whatever wrote the run, one odd entry
    must not take the other runs along, nor the page."""
    with contextlib.suppress(OverflowError):  # an integer beyond any float
        if isinstance(value, int | float) and math.isfinite(value):
            return value if not isinstance(value, bool) else None
    return None
