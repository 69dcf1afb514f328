"""The steps of a run as they are in a remote, asked there and not through a mount's cache."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.run_dir.layout import (
    COMMIT,
    STATE,
    UNFINISHED,
    Commit,
    list_run,
    step_name,
)
from runtime_kit.checkpoint.store import Store
from runtime_kit.storage.errors import StorageError

from .remote_run import RemoteRun, as_os_errors


class RemoteStore(Store):
    """``changed`` is called when steps have come or gone; ``left`` gets those that could not be
    deleted."""

    def __init__(
        self,
        folder: Path,
        far: RemoteRun,
        changed: Callable[[], None],
        left: set[int],
        *,
        keep: int,
        best: tuple[str, str] | None,
    ) -> None:
        self._far = far
        self.changed = changed
        self._left = left
        super().__init__(folder, keep=keep, best=best)

    def scan(self) -> None:
        """As in a folder: collect what a kill left, then sort into good and bad by what COMMIT.json
        says and the sizes that the remote lists.

        :raises OSError: the remote cannot be asked.
        """
        with as_os_errors(), tempfile.TemporaryDirectory() as folder:
            sizes = self._far.sizes()
            if not sizes:
                return
            copy = Path(folder)
            self._far.small_files(copy, f"/step-*/{COMMIT}", f"/step-*/{STATE}")
            _outline(copy, sizes)
            listing = list_run(copy)
            for path in listing.temporary:
                self._far.drop(path.name, COMMIT)
            for step, path in listing.replaced.items():
                self._recover(step, path.name, sizes)
            for step, path in listing.steps.items():
                self._sort_in(step, path, partial(_check_sizes, path.name, sizes))
        self.changed()

    def _recover(self, step: int, aside: str, sizes: dict[str, int]) -> None:
        """Finish what a kill left while a step was replaced. It is looked at in the next scan."""
        name = step_name(step)
        if f"{name}/{COMMIT}" in sizes:
            self._far.drop(aside, COMMIT)
            return
        if any(each.startswith(f"{name}/") for each in sizes):
            self._far.drop(name, COMMIT)
        self._far.move(aside, name)

    def _remove(self, step: int) -> None:
        try:
            self._far.drop(step_name(step), COMMIT)
        except StorageError:
            self._left.add(step)
        self.changed()


def _outline(folder: Path, sizes: dict[str, int]) -> None:
    """Empty files in the place of those that were not brought."""
    for name in sizes:
        path = folder / name
        if posixpath.basename(name) in (COMMIT, UNFINISHED) or not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def _check_sizes(folder: str, sizes: dict[str, int], commit: Commit) -> None:
    if f"{folder}/{COMMIT}" not in sizes:
        raise DamagedStepError(f"{COMMIT} is missing")
    for name, record in commit.files.items():
        size = sizes.get(posixpath.normpath(f"{folder}/{name}"))
        if size is None:
            raise DamagedStepError(f"{name} is missing")
        if size != record.size:
            raise DamagedStepError(f"{name} has {size} bytes instead of {record.size}")
