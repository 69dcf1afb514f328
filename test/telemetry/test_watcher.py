"""Who is served, for how long, and what a failed sample does: with a shell made of its events."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from runtime_kit.telemetry import watcher as module
from runtime_kit.telemetry.watcher import Watcher


class Notebook:
    """Cells that run for so long after so much rest, and what was sent meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.callbacks: dict[str, Callable[[Any], None]] = {}
        self.sent = threading.Semaphore(0)
        self.fails = 0
        shell = SimpleNamespace(
            events=SimpleNamespace(
                register=self.callbacks.__setitem__,
                unregister=lambda event, _: self.callbacks.pop(event, None),
            )
        )
        budget = SimpleNamespace(interval=0, shortest=0)
        sampler: Any = SimpleNamespace(budget=budget, take=self._take)
        self.watcher = Watcher(shell, sampler)
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(module, "_FIRST", 0)
        monkeypatch.setattr(module.publish, "can_publish", lambda: True)
        monkeypatch.setattr(module.publish, "publish", lambda *_: self.sent.release())
        self.watcher._rests_since = self.now

    @property
    def is_watched(self) -> bool:
        return bool(self.callbacks)

    def begin(self, rest: float = 0.0) -> None:
        self.now += rest
        if self.is_watched:
            self.callbacks["pre_run_cell"](SimpleNamespace(raw_cell="x"))

    def end(self, lasted: float = 0.0) -> None:
        self.now += lasted
        if self.is_watched:
            result = SimpleNamespace(info=SimpleNamespace(raw_cell="x"))
            self.callbacks["post_run_cell"](result)

    def _take(self, **_: Any) -> dict[str, Any]:
        if self.fails:
            self.fails -= 1
            raise MemoryError
        return {}


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    notebook = Notebook(monkeypatch)
    assert notebook.watcher.add("page", "comm")
    yield notebook
    notebook.watcher.remove_all()


def test_no_page_is_given_up_while_cells_follow_each_other(notebook: Notebook) -> None:
    """Run all: between two of these cells no page comes to ask."""
    for _ in range(100):
        notebook.begin(rest=0.01)
        notebook.end(lasted=60)
    assert notebook.is_watched


def test_a_page_that_is_back_is_served_again(notebook: Notebook) -> None:
    for _ in range(100):
        notebook.begin(rest=60)
        notebook.end(lasted=1)
    assert not notebook.is_watched
    notebook.watcher.renew("page")
    notebook.begin()
    assert notebook.sent.acquire(timeout=60)
    notebook.end()


def test_a_sample_that_fails_ends_nothing(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", shown.append)
    notebook.fails = 1
    notebook.begin()
    assert notebook.sent.acquire(timeout=60)
    notebook.end()
    assert shown == []
