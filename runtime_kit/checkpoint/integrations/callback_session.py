"""What the callbacks have in common: when to save, stop signals, and the end."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.loop.attempts import Attempts
from runtime_kit.checkpoint.loop.interrupts import Interrupts
from runtime_kit.checkpoint.loop.metrics import Metrics
from runtime_kit.checkpoint.loop.schedule import Schedule, parse_deadline
from runtime_kit.checkpoint.manager import CheckpointManager
from runtime_kit.checkpoint.messages import Mailbox, say
from runtime_kit.checkpoint.read.restored import Restored, resumed_line
from runtime_kit.checkpoint.state.snapshot import Snapshot

_MIRROR_SECONDS = 25.0  # what SIGTERM leaves the mirror; clouds kill after 30 s

State = tuple[dict[str, Any], dict[str, Any]]
"""Objects by role, and further keys of state.json (``epoch``, ``batch``, ``rng``)."""


class CallbackSession:
    """Saves at the boundaries between steps that a callback reports. Arguments as for ``Run``.

    A signal waits for the next boundary, because a framework's step cannot be cut in two; a second
    one of its kind is delivered at once.
    """

    def __init__(
        self,
        name: str,
        folder: str | os.PathLike[str] | None = None,
        *,
        mirror: str | os.PathLike[str] | None = None,
        keep: int = 2,
        best: tuple[str, str] | None = None,
        every: str | int = "auto",
        max_overhead: float = 0.03,
        deadline: object = None,
        takeover: bool = False,
    ) -> None:
        self.schedule = Schedule(every, max_overhead, parse_deadline(deadline))
        self.metrics = Metrics(best)
        self._name, self._folder = name, folder
        self._options: dict[str, Any] = {
            "mirror": mirror,
            "keep": keep,
            "best": best,
            "takeover": takeover,
        }
        self._manager: CheckpointManager | None = None
        self._interrupts = Interrupts(self._on_signal)
        self._attempts = Attempts(Mailbox())
        self._pending: list[int] = []
        self._saved: tuple[int, int, int] | None = None
        self._wanted = False
        self._clock = time.perf_counter()

    @property
    def manager(self) -> CheckpointManager:
        """Made at first use: the run is locked when training begins, not before."""
        if self._manager is None:
            from runtime_kit.platform import durable_folder

            folder = durable_folder() if self._folder is None else self._folder
            self._manager = CheckpointManager(self._name, folder, **self._options)
            self._attempts = Attempts(self._manager.mailbox)
        self._manager.open()
        return self._manager

    def restore(self) -> Restored | None:
        """The newest good step, nothing of which is loaded yet; None for a fresh run."""
        restored = self.manager.restore()
        if restored is not None:
            say(resumed_line(self._name, restored))
            self.metrics.from_json(restored.body)
            self._saved = _key(restored.checkpoint.step, restored.body)
        return restored

    def begin(self, step: int, state: State) -> None:
        """Training begins after ``step``. What cannot be stored is refused now."""
        Snapshot.take(step, state[0], {})
        self.schedule.begin(step)
        self._interrupts.install()
        self._clock = time.perf_counter()

    def log(self, step: int, epoch: int, values: dict[str, Any]) -> None:
        """Keep those of ``values`` that are numbers; a new best is saved at the next boundary."""
        numbers = {}
        for name, value in values.items():
            with contextlib.suppress(TypeError, ValueError, RuntimeError):
                numbers[name] = float(value)
        self._wanted |= self.metrics.log(step, epoch, numbers)

    @property
    def stopping(self) -> bool:
        """A signal waits for a boundary."""
        return bool(self._pending)

    def boundary(
        self, step: int, state: Callable[[], State], *, measure: bool = True, wanted: bool = False
    ) -> None:
        """A step is complete and the next one has not begun: save if it is time to, or stop.

        ``state`` is asked only then. ``wanted``: save whatever the schedule says.
        """
        manager = self.manager
        self._interrupts.install()  # ipykernel puts its own handler back now and then
        now = time.perf_counter()
        if measure:
            self.schedule.measured(now - self._clock, manager.working)
        manager.check()
        self._note_write()
        if self._pending:
            self._stop(step, state)
        due = wanted or self._wanted or self.schedule.due(step, failing=manager.failed)
        due = due and not manager.stopped
        if due and not self._attempts.succeeds(lambda: self._save(step, state())):
            self.schedule.begin(step)  # not at each step again
        self._clock = time.perf_counter()

    def finish(self, step: int, state: Callable[[], State], timeout: float = 600.0) -> None:
        """Training has ended: wait until its last state is durable, also in the mirror."""
        self._interrupts.uninstall()
        if not self.manager.stopped:
            self._save(step, state(), wait=True)
        self.manager.finish(timeout)

    def close(self) -> None:
        """Training was left by an error: the write under way ends well, the run is given free."""
        self._interrupts.uninstall()
        self._pending.clear()
        if self._manager is not None:
            self._manager.settle()
            self._manager.close()

    def _save(self, step: int, state: State, *, wait: bool = False) -> None:
        objects, about = state
        key = _key(step, about)
        if key == self._saved and not (self._wanted or (wait and self.manager.failed)):
            if wait:
                self.manager.wait()
            return
        stall = self.manager.save(step, objects, {**about, **self.metrics.to_json()}, wait=wait)
        self._saved, self._wanted = key, False
        self.schedule.saved(step, stall)

    def _note_write(self) -> None:
        result = self.manager.last_write
        if result is not None and not self.manager.busy:
            self.manager.last_write = None
            self.schedule.written(result.seconds)
            if self.manager.failed:
                self._saved = None

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number in self._pending:
            self._pending.clear()
            self._interrupts.deliver(number)
        else:
            self._pending.append(number)

    def _stop(self, step: int, state: Callable[[], State]) -> None:
        number = signal.SIGTERM if signal.SIGTERM in self._pending else self._pending[0]
        try:
            self._save(step, state(), wait=True)
            say(f"Stopped. Step {self.manager.store.newest()} is saved.")
        except CheckpointError as error:
            say(f"Not saved when stopping: {error}")
        self.manager.settle(0.0 if number == signal.SIGINT else _MIRROR_SECONDS)
        self._pending.clear()
        self._interrupts.deliver(number)


def _key(step: int, about: dict[str, Any]) -> tuple[int, int, int]:
    return step, int(about.get("epoch", 0)), int(about.get("batch", 0))
