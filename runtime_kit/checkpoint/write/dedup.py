"""Which tensors of a new step may stay in the files of an older one.

Two sets of files take turns: a step shares with the step before the last, never with the last, so
that a bad sector in a shared file cannot take the two newest steps at once. The second set is made
in the background (``second_set.py``); until it is complete, steps share with the last one. Where it
cannot be made, the third step is written whole and begins the other set.
"""

from __future__ import annotations

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.read.step_reader import StepContent
from runtime_kit.checkpoint.run_dir.layout import Commit, FileRecord
from runtime_kit.checkpoint.run_dir.retention import newest_independent
from runtime_kit.checkpoint.run_dir.step_files import read_state
from runtime_kit.checkpoint.store import Store

from .checksums import Home

_TABLES = 4
_LIVE_SHARE = 0.5  # below this share of a referenced file in use, everything is written anew
_MOST_REFERENCES = 4  # older steps that one step may need; each is kept for it


class Dedup:
    """Tables of what the last steps hold, by tensor. ``second_set``: somebody makes it."""

    def __init__(self, store: Store) -> None:
        self.second_set = False
        self._store = store
        self._tables: dict[int, dict[str, Home]] = {}
        self._worn: set[int] = set()
        self._moving: set[str] = set()

    def candidates(self, step: int) -> dict[str, Home]:
        """Tensors that may be found unchanged in an older step. Those that changed last time are
        expected to have changed again and are written without waiting for their checksum."""
        known = self._known(step)
        return {name: home for name, home in known.items() if name not in self._moving}

    def _known(self, step: int) -> dict[str, Home]:
        """Where the step to share with has its tensors. Empty: write everything."""
        good = self._store.good
        tables = {
            number: table
            for number, table in self._tables.items()
            if number in good
            and number < step
            and all(home.step in good and home.step < step for home in table.values())
        }
        if not tables:
            return {}
        newest = self._store.newest(below=step)
        if newest is None:
            return {}
        if self._store.keep == 1:
            return self._unworn(newest, tables)
        used = good[newest].references() | {newest}
        for number in sorted(tables, reverse=True):
            if not (good[number].references() | {number}) & used:
                return self._unworn(number, tables)
        known = self._unworn(newest, tables)
        if not good[newest].references():
            return known
        if not self.second_set:
            return {}
        # Not with files of the newest itself, which gets a set of its own next
        return {name: home for name, home in known.items() if home.step != newest}

    def _unworn(self, step: int, tables: dict[int, dict[str, Home]]) -> dict[str, Home]:
        return {} if step in self._worn else tables.get(step, {})

    def references(self, homes: dict[str, Home], step: int) -> dict[str, FileRecord]:
        """COMMIT.json entries for the older files that ``homes`` points to."""
        return {
            f"../step-{home.step:012d}/{home.file}": self._store.good[home.step].files[home.file]
            for home in homes.values()
            if home.step != step
        }

    def committed(self, step: int, homes: dict[str, Home], commit: Commit) -> None:
        """Remember what ``step`` holds; a reference to a mostly unused file is not continued."""
        before = self._tables[max(self._tables)] if self._tables else {}
        self._moving = {
            name
            for name, home in homes.items()
            if name in before and not home.same_content(before[name])
        }
        self._tables[step] = homes
        shared = sum(home.size for home in homes.values() if home.step != step)
        behind = sum(r.size for name, r in commit.files.items() if name.startswith("../"))
        if shared < behind * _LIVE_SHARE or len(commit.references()) > _MOST_REFERENCES:
            self._worn.add(step)
        stay = {newest_independent(self._store.good), *self._store.pins}
        for old in [old for old in sorted(self._tables)[:-_TABLES] if old not in stay]:
            del self._tables[old]
            self._worn.discard(old)

    def table(self, step: int) -> dict[str, Home]:
        """Where ``step`` has its tensors."""
        return dict(self._tables.get(step, {}))

    def moved(self, step: int, homes: dict[str, Home]) -> None:
        """``step`` has its tensors elsewhere by now."""
        self._tables[step] = homes
        self._worn.discard(step)

    def adopt(self, content: StepContent) -> None:
        """Take the tables from the steps on disk after a restore."""
        for step, commit in sorted(self._store.good.items())[-_TABLES:]:
            if step in self._tables:
                continue
            try:
                state = read_state(self._store.path(step), commit)
                self._tables[step] = {
                    name: Home(int(row[0]), str(row[1]), int(row[2]), int(row[3]), int(row[4]))
                    for name, row in state.get("contents", {}).items()
                    if f"../step-{row[0]:012d}/{row[1]}" in commit.files or row[0] == step
                }
            except (DamagedStepError, ValueError, TypeError, IndexError, KeyError):
                continue
