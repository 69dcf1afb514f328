"""Stop button, SIGTERM and kernel shutdown: save what is whole, then stop."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from runtime_kit._os.worker import is_waiting
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.messages import say

from .interrupts import Interrupts
from .loop_state import LoopState
from .phase import Phase
from .protocol import Manager
from .snapshot_taker import SnapshotTaker

_MIRROR_SECONDS = 25.0  # what SIGTERM leaves the mirror; clouds kill after 30 s, Jupyter after 2.5
_EXPLAIN_AFTER = 1.0


class Stopping:
    """In a step the state is half changed, so the first signal waits for the step's end; a second
    one stops at once. Everywhere else the whole state is at hand and saved right away."""

    def __init__(self, manager: Manager, state: LoopState, taker: SnapshotTaker) -> None:
        self._manager = manager
        self._state = state
        self._taker = taker
        self._interrupts = Interrupts(self._on_signal)
        self._pending: list[int] = []
        self._agreed = False
        self._depth = 0

    def install(self) -> None:
        self._interrupts.install()

    def uninstall(self) -> None:
        self._interrupts.uninstall()

    @property
    def signal(self) -> int:
        """The strongest signal that waits for a boundary; 0 where there is none."""
        return max(self._pending, default=0)

    def agree(self, number: int) -> None:
        """All processes stop at this boundary, for this signal."""
        self._pending = [number]
        self._agreed = True

    @contextlib.contextmanager
    def engine(self) -> Iterator[None]:
        """Engine code runs to its end before a signal is dealt with."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        if self._depth == 0 and self._pending and self._may_stop():
            self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        again = number in self._pending
        if not again:
            self._pending.append(number)
        if self._depth:
            # A write to a mount that hangs may never end; it is let alone, and the user let go.
            if again and is_waiting(frame):
                self._give_way(number)
            return
        if self._may_stop():
            self._stop()
        elif again:
            self._give_way(number)
        else:
            # Not printed here: the signal may have come in the middle of a print.
            timer = threading.Timer(_EXPLAIN_AFTER, self._explain)
            timer.daemon = True
            with contextlib.suppress(RuntimeError):  # no thread is to be had
                timer.start()

    def _give_way(self, number: int) -> None:
        self._pending.clear()
        self._interrupts.deliver(number)

    def _may_stop(self) -> bool:
        """Several processes have to stop at the same boundary, which they agree on there."""
        if self._manager.collective and self._state.phase != Phase.IDLE:
            return self._agreed
        return self._state.is_whole

    def _explain(self) -> None:
        if self._pending and self._state.phase == Phase.STEP:
            say("Stopping after this step is saved (interrupt again to stop now).")

    def _stop(self) -> None:
        number = signal.SIGTERM if signal.SIGTERM in self._pending else self._pending[0]
        manager = self._manager
        self._depth += 1
        try:
            snapshot = None if manager.stopped else self._taker.whole()
            try:
                if self._agreed and manager.agree(snapshot is None)[0]:
                    snapshot = None  # one of several processes has none
                if snapshot is not None:
                    self._taker.save_if_new(snapshot, wait=True)
            except CheckpointError as error:
                manager.mailbox.post(f"Not saved when stopping: {error}", warning=True)
            # On SIGTERM the process ends now, so the mirror gets what time there is.
            manager.settle(0.0 if number == signal.SIGINT else _MIRROR_SECONDS)
        finally:
            self._depth -= 1
            self._pending.clear()
            self._agreed = False
        if self._state.phase != Phase.IDLE:
            self._state.enter(Phase.BROKEN)
            self._tell(snapshot is not None)
        self._interrupts.deliver(number)

    def _tell(self, whole: bool) -> None:
        newest = self._manager.newest()
        text = f"Stopped. Step {newest} is saved." if newest is not None else "stopped."
        if not whole:
            text = f"Stopped in the middle of a step. The newest checkpoint is step {newest}."
        with contextlib.suppress(RuntimeError):
            threading.Thread(target=say, args=(text,), daemon=True).start()
