"""The steps of one run on disk: which are good, what to load, what to delete."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from runtime_kit._os.delete import remove_folder
from runtime_kit._os.files import fsync_folder
from runtime_kit._os.filesystem import is_remote_mount

from .errors import DamagedStepError, UnknownFormatError
from .read.restored import Checkpoint, Restored
from .read.search import find_good_step
from .read.step_reader import verify_step
from .run_dir.layout import COMMIT, STATE, UNFINISHED, Commit, list_run, step_name, temporary_name
from .run_dir.retention import best_step, steps_to_keep
from .run_dir.step_files import check_sizes, read_commit, read_state, reading, step_summary


class Store:
    """Steps under ``folder``. ``good`` are whole as far as known: written here, or found with all
    files at their size; contents are checked when they are loaded."""

    def __init__(self, folder: Path, *, keep: int, best: tuple[str, str] | None) -> None:
        self.folder = folder
        self.keep = keep
        self.best = best
        self.good: dict[int, Commit] = {}
        self.bad: dict[int, DamagedStepError] = {}
        self.about: dict[int, dict[str, Any]] = {}
        self.pins: Counter[int] = Counter()
        self.before: dict[int, Commit] = {}  # of steps that shared files and have their own by now
        self.first_cut = False  # all that was there was a first step that was never committed
        self.interim: Commit | None = None  # a step between two regular ones, which replace it
        self._abandoned: set[int] = set()
        self.lock = threading.RLock()
        self.scan()

    def path(self, step: int) -> Path:
        return self.folder / step_name(step)

    def newest(self, below: int | None = None) -> int | None:
        """Number of the newest good step (``below`` another), or None."""
        return max((s for s in self.good if below is None or s < below), default=None)

    def scan(self) -> None:
        """Look at what is there: collect what a kill left unfinished, bring back what it took away,
        and sort the steps into good and bad without reading their payload."""
        listing = list_run(self.folder)
        with contextlib.suppress(OSError):
            recover(listing.replaced, self.folder)
        for folder in listing.temporary:
            with contextlib.suppress(OSError):
                remove_folder(folder)
        for step, mark in listing.first.items():
            with contextlib.suppress(OSError, UnknownFormatError):
                self._finish_first(step, mark)
        steps = list_run(self.folder).steps
        for step, path in steps.items():
            self._sort_in(step, path, partial(check_sizes, path))
        self.first_cut = bool(listing.first) and not steps

    def _finish_first(self, step: int, mark: Path) -> None:
        """A first step that is not whole was never committed, since its mark is still there: a
        power cut may have kept COMMIT.json, and not what it names."""
        path = self.path(step)
        try:
            verify_step(path, step)
        except DamagedStepError as error:
            if not error.certain:  # a mount that fails: not now
                return
            if os.path.lexists(path):
                remove_folder(path)
        fsync_folder(self.folder)
        mark.rmdir()

    def _sort_in(self, step: int, path: Path, check: Callable[[Commit], None]) -> None:
        """Good, or bad where the small files or ``check`` say so."""
        try:
            commit = read_commit(path, step)
            check(commit)
            with reading(STATE):
                self.about[step] = step_summary(read_state(path, commit))
            self.good[step] = commit
        except DamagedStepError as error:
            self.bad[step] = error
        except UnknownFormatError:
            return  # a restore says so; nothing here may touch it

    def committed_interim(self, commit: Commit, body: Mapping[str, Any]) -> None:
        """A step between two regular ones is durable. Only the newest of them is kept, and until
        the next regular one: ``keep`` does not count it, and no other step shares its files."""
        with self.lock:
            self._drop_interim(replaced=commit.step)
            self.interim = commit
            self.bad.pop(commit.step, None)
            self.about[commit.step] = step_summary(body)

    def adopt_interim(self) -> None:
        """Nothing follows the step between two regular ones for now: it is one of them."""
        with self.lock:
            if self.interim is not None:
                self.good[self.interim.step] = self.interim
                self.interim = None

    def _drop_interim(self, replaced: int) -> None:
        old, self.interim = self.interim, None
        if old is not None and old.step != replaced:
            self.about.pop(old.step, None)
            # Of a step that a durable one follows, half may be left by a power cut: no fsync.
            hidden = self.folder / temporary_name(old.step)
            with contextlib.suppress(OSError):
                os.rename(self.path(old.step), hidden)
                remove_folder(hidden, truncate=False)

    @property
    def rewound(self) -> bool:
        """Training continues from an older step, and newer ones are still there."""
        return bool(self._abandoned)

    def committed(self, commit: Commit, body: Mapping[str, Any]) -> None:
        """A new step is durable: count it in, then prune."""
        with self.lock:
            self._drop_interim(replaced=commit.step)
            self.good[commit.step] = commit
            self.bad.pop(commit.step, None)
            self.before.pop(commit.step, None)
            self.about[commit.step] = step_summary(body)
            self._abandoned.discard(commit.step)
            self.drop_abandoned()
            self.prune(self.keep)

    def unshare(self, commit: Commit) -> None:
        """A step has all of its tensors in files of its own by now."""
        with self.lock:
            self.before[commit.step] = self.good[commit.step]
            self.good[commit.step] = commit

    def prune(self, keep: int) -> None:
        """Delete steps beyond ``keep``, and damaged ones once a newer good step exists."""
        with self.lock:
            newest = self.newest()
            if newest is None:
                return
            best = best_step(
                {s: a["metrics"] for s, a in self.about.items() if s in self.good}, self.best
            )
            stay = steps_to_keep(self.good, keep, best) | set(self.pins)
            for step in list(self.pins):
                stay |= self.good[step].references() if step in self.good else set()
            for step in sorted(self.good):
                if step not in stay and step != newest:
                    self._delete(step)
            needed = {r for commit in self.good.values() for r in commit.references()}
            for step, error in list(self.bad.items()):
                if error.certain and step < newest and step not in needed:
                    self._delete(step)

    def needing(self, step: int) -> list[int]:
        """Good steps that need files of ``step``."""
        with self.lock:
            return [other for other, commit in self.good.items() if step in commit.references()]

    def make_room(self) -> bool:
        """Give up one more older step; False if only one good step is left."""
        with self.lock:
            self.adopt_interim()
            before = len(self.good)
            if before < 2:
                return False
            self.prune(1)
            return len(self.good) < before

    def abandon_after(self, step: int) -> None:
        """Mark steps after ``step``: they go when the next step is about to be written."""
        with self.lock:
            self.adopt_interim()
            self._abandoned = {number for number in self.good if number > step}

    def drop_abandoned(self) -> None:
        with self.lock:
            for step in sorted(self._abandoned):
                if len(self.good) > 1:
                    self._delete(step)
                    self._abandoned.discard(step)

    def restore(self, places: list[Path], step: int | None) -> Restored | None:
        """See :meth:`CheckpointManager.restore`."""
        result = find_good_step(places, step, self.folder.name)
        if result is None:
            return None
        with self.lock:
            for skipped in result.skipped:
                if skipped.path.parent == self.folder:
                    self.bad[skipped.step] = skipped.error
                    self.good.pop(skipped.step, None)
        return result

    @staticmethod
    def any_steps(places: list[Path]) -> bool:
        """Whether there is a step in one of them, good or not; True where that cannot be seen."""
        try:
            return any(list_run(place).steps for place in places)
        except OSError:
            return True

    def checkpoints(self, state: Callable[[int], str] = lambda step: "local") -> list[Checkpoint]:
        """The good steps, oldest first; ``state`` says of each where it is."""
        with self.lock:
            good = dict(self.good)
            if self.interim is not None:
                good[self.interim.step] = self.interim
            return [
                Checkpoint(
                    step=step,
                    path=self.path(step),
                    size=sum(record.size for record in commit.files.values()),
                    state=state(step),
                    **self.about[step],
                )
                for step, commit in sorted(good.items())
            ]

    def _delete(self, step: int) -> None:
        """No longer a step before its files go, so that a kill leaves no half one."""
        for table in (self.good, self.bad, self.about, self.before):
            table.pop(step, None)
        self._remove(step)

    def _remove(self, step: int) -> None:
        path = self.path(step)
        with contextlib.suppress(OSError):
            if path.is_symlink():
                pass  # nothing of what it leads to is ours
            elif is_remote_mount(self.folder):
                (path / UNFINISHED).touch()
                (path / COMMIT).unlink(missing_ok=True)
            else:
                hidden = self.folder / temporary_name(step)
                os.rename(path, hidden)
                fsync_folder(self.folder)
                path = hidden
            remove_folder(path)


def recover(replaced: dict[int, Path], run: Path) -> None:
    """Finish what a kill left while a step was replaced: the old one comes back, unless the new
    one is complete. A mount may have kept its COMMIT.json and not yet what this names."""
    for step, aside in replaced.items():
        target = run / step_name(step)
        if aside.is_symlink():  # not made here, and no step to bring back
            aside.unlink()
            continue
        try:
            verify_step(target, step)
        except UnknownFormatError:
            continue
        except DamagedStepError as error:
            if not error.certain:  # a mount that fails: not now
                continue
        else:
            remove_folder(aside)
            continue
        if os.path.lexists(target):
            remove_folder(target)
        os.rename(aside, target)
        fsync_folder(run)
