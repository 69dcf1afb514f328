"""Reads journals for the routes: listings, executions and their outputs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from .about import ABOUT_SUFFIX, read_about
from .compact import fold_file
from .fold import Fold
from .journal import SUFFIX, journal_path

_T = TypeVar("_T")

#: Folds that are kept in memory between two questions of a page, and for how long in seconds.
_KEPT = 2
_KEPT_SECONDS = 60.0


class JournalReader:
    """Answers questions about the journals of a folder. Blocking: call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        # By kernel: the fold, the file it was read from, the byte read to, and when.
        self._folds: dict[str, tuple[Fold, int, int, float]] = {}

    def fold(self, kernel_id: str) -> Fold | None:
        """What a kernel's journal says now; None where there is none."""
        path = journal_path(self.folder, kernel_id)
        with self._lock:
            try:
                inode = os.stat(path).st_ino
            except FileNotFoundError:
                self._folds.pop(kernel_id, None)
                return None
            fold, read_inode, position, _ = self._folds.pop(kernel_id, (None, inode, 0, 0.0))
            if read_inode != inode:
                # Compacted meanwhile: the same executions in another file.
                fold, position = None, 0
            fold, position = fold_file(path, fold, position)
            now = time.monotonic()
            self._folds = {
                kernel: entry
                for kernel, entry in list(self._folds.items())[1 - _KEPT :]
                if now - entry[3] < _KEPT_SECONDS
            }
            self._folds[kernel_id] = (fold, inode, position, now)
            return fold

    def _fold_of(self, kernel_id: str, alive: bool) -> Fold | None:
        fold = self.fold(kernel_id)
        if fold is not None and not alive:
            with self._lock:
                for execution in fold.executions.values():
                    last = execution.changed or execution.started or execution.queued
                    execution.end(fold.ended or last or 0.0)
        return fold

    def executions(
        self, kernel_id: str, since: int = 0, alive: bool = True
    ) -> dict[str, Any] | None:
        """All executions that changed behind position ``since``, without their outputs.

        :param alive: whether this server has the kernel. A server that was killed could not note
            that its kernels ended with it.
        """
        fold = self._fold_of(kernel_id, alive)
        if fold is None:
            return None
        with self._lock:
            changed = [one.summary() for one in fold.executions.values() if one.seq > since]
            return {
                "kernel": kernel_id,
                "seq": fold.seq,
                "ended": fold.ended,
                "lost": fold.lost + fold.damaged,
                "executions": changed,
            }

    def outputs(self, kernel_id: str, ids: list[str], alive: bool = True) -> dict[str, Any] | None:
        """The outputs of some executions, ready to be continued by what the kernel sends next."""
        fold = self._fold_of(kernel_id, alive)
        if fold is None:
            return None
        with self._lock:
            found = [fold.executions[one] for one in ids if one in fold.executions]
            return {
                "seq": fold.seq,
                "executions": [
                    {
                        **execution.summary(),
                        "content": execution.resumable_outputs(),
                        "clear_next": execution.clear_next,
                        "recent": list(execution.recent),
                        "prompt": execution.prompt,
                    }
                    for execution in found
                ],
            }

    def journals(self, notebook: str | None = None) -> list[dict[str, Any]]:
        """The journals that there are, newest first.

        :param notebook: only those of this notebook, a path relative to the server's root.
        """
        found = []
        for path in self._paths():
            about = read_about(path)
            paths = about["paths"]
            if notebook is not None and notebook not in paths:
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            found.append(
                {
                    "kernel": path.stem,
                    "name": about.get("name") or "",
                    "path": notebook or (paths[-1] if paths else None),
                    "size": status.st_size,
                    "modified": status.st_mtime,
                }
            )
        return sorted(found, key=lambda one: -one["modified"])

    def export(self, kernel_id: str, convert: Callable[[Fold], _T]) -> _T | None:
        """A journal in another form; None where there is none."""
        fold = self.fold(kernel_id)
        if fold is None:
            return None
        with self._lock:
            return convert(fold)

    def delete(self, kernel_id: str) -> bool:
        """Delete a kernel's journal; return whether there was one."""
        path = journal_path(self.folder, kernel_id)
        existed = path.exists()
        for one in (path, path.with_suffix(ABOUT_SUFFIX)):
            one.unlink(missing_ok=True)
        with self._lock:
            self._folds.pop(kernel_id, None)
        return existed

    def prune(self, days: float, alive: set[str]) -> None:
        """Delete the journals of ended kernels that are older than ``days``."""
        oldest = time.time() - days * 86_400
        for path in self._paths():
            try:
                if path.stem not in alive and path.stat().st_mtime < oldest:
                    self.delete(path.stem)
            except OSError:
                continue

    def _paths(self) -> list[Path]:
        try:
            return [path for path in self.folder.glob(f"*{SUFFIX}") if not path.is_symlink()]
        except OSError:
            return []
