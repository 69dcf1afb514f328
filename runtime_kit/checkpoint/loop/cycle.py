"""``run.cycle(loader)``: an endless iterator whose place is saved and comes back."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.state.rng import RngState

from .loader import check_exactness, generators_of, resume_iteration

Batch = TypeVar("Batch")


class Cycle(Iterator[Batch], Generic[Batch]):
    """Goes over the loader again and again, each pass in its own order. For loops that ask for
    batches with ``next``, in ``run.steps`` or ``run.epochs``."""

    def __init__(self, loader: Iterable[Batch]) -> None:
        check_exactness(loader)
        self._loader = loader
        self._generators = {f"0.{n}": g for n, g in enumerate(generators_of(loader))}
        self._iterator: Iterator[Batch] | None = None
        self._start = RngState()  # at the begin of this pass
        self._passes = self._batch = 0
        self._saved: dict[str, Any] | None = None

    def __next__(self) -> Batch:
        if self._saved is not None:
            self._go_to_saved()
        if self._iterator is not None:
            try:
                return self._hand_out()
            except StopIteration:
                self._passes += 1
        self._start = RngState.capture(self._generators)
        self._iterator, self._batch = iter(self._loader), 0
        try:
            return self._hand_out()
        except StopIteration:
            raise CheckpointError("run.cycle(loader): the loader has no batches.") from None

    def _hand_out(self) -> Batch:
        assert self._iterator is not None
        batch = next(self._iterator)
        self._batch += 1
        return batch

    def to_json(self) -> dict[str, Any] | None:
        """Where it is; None before its first batch."""
        if self._saved is not None:
            return self._saved
        if self._iterator is None:
            return None
        own = RngState.capture(self._generators).to_json().get("loaders", {})
        start = self._start.to_json()
        return {"passes": self._passes, "batch": self._batch, "start": start, "loaders": own}

    def go_to(self, saved: dict[str, Any] | None) -> None:
        """Be where it was when the step was saved. The data is read when a batch is asked for."""
        self._iterator, self._passes, self._batch, self._saved = None, 0, 0, saved

    def _go_to_saved(self) -> None:
        saved, self._saved = self._saved, None
        assert saved is not None
        self._passes = int(saved["passes"])
        self._start = RngState.from_json(saved["start"])
        now = RngState.capture()
        now.loader = RngState.from_json({"loaders": saved["loaders"]}).loader
        where = f"batch {saved['batch']} of pass {self._passes + 1} of run.cycle"
        self._iterator = resume_iteration(
            self._loader, int(saved["batch"]), self._start, now, where, self._generators
        )
        self._batch = int(saved["batch"])


class Cycles:
    """Those of a run, in the order in which they were made."""

    def __init__(self) -> None:
        self._made: list[weakref.ref[Cycle[Any]]] = []
        self._waiting: dict[int, dict[str, Any] | None] = {}

    def make(self, loader: Iterable[Batch]) -> Cycle[Batch]:
        """A new one; where the step that was loaded has its place, it goes there."""
        cycle = Cycle(loader)
        number = len(self._alive())
        self._made.append(weakref.ref(cycle))
        if number in self._waiting:
            cycle.go_to(self._waiting.pop(number))
        return cycle

    def _alive(self) -> list[Cycle[Any]]:
        self._made[:] = [known for known in self._made if known() is not None]
        return [cycle for known in self._made if (cycle := known()) is not None]

    def to_json(self) -> list[Any]:
        return [cycle.to_json() for cycle in self._alive()]

    def go_to(self, saved: list[Any]) -> None:
        alive = self._alive()
        for cycle, place in zip(alive, saved, strict=False):
            cycle.go_to(place)
        self._waiting = dict(enumerate(saved[len(alive) :], len(alive)))
