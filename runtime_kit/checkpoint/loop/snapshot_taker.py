"""Which state is whole at a moment, and saving it."""

from __future__ import annotations

import time
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.messages import say
from runtime_kit.checkpoint.state.rng import RngState
from runtime_kit.checkpoint.state.snapshot import Snapshot

from .attempts import Attempts
from .carried import CarriedVariables
from .interim_schedule import InterimSchedule
from .loop_boundary import LoopBoundary
from .loop_state import LoopState
from .metrics import Metrics
from .phase import Phase
from .position import Position, key_of
from .protocol import Manager
from .schedule import Schedule
from .tracking import Tracked


class SnapshotTaker:
    """Turns the tracked objects and the loop's state into snapshots, and has them saved."""

    def __init__(
        self,
        manager: Manager,
        schedule: Schedule,
        state: LoopState,
        tracked: Tracked,
        variables: CarriedVariables,
    ) -> None:
        self.tracked = tracked
        self._variables = variables
        self.metrics = Metrics(manager.best)
        self._manager = manager
        self._schedule = schedule
        self.interim = InterimSchedule(schedule)
        self._state = state
        self._loop_boundary: LoopBoundary | None = None
        self._attempts = Attempts(manager.mailbox)
        self._saved: tuple[Any, ...] = ()

    # -- what can be saved

    def live(self, position: Position | None = None, *, left: bool = False) -> Snapshot:
        """The state as it is now, as ``position`` (the current one by default).

        :param left: the loop was left, and the code after it follows.
        """
        position = position or self._state.position
        about = {**position.to_json(), **self.metrics.to_json()}
        about.update(self.tracked.about(), data=dict(self._state.data))
        if left:
            about["left"] = True
        about["loaders_anew"] = dict(self._state.loaders_anew)
        if self._state.phase in (Phase.FETCH, Phase.STEP):
            self._variables.mark_now(position.batch, self._state.length)
        if variables := self._variables.to_save():
            about["variables"] = variables
        objects = self.tracked.objects if self._manager.collective else self.tracked.to_save()
        return self._manager.take(position.step, objects, about)

    def mark_head(self) -> None:
        """An epoch begins, or the last one has ended: the variables are those of this moment."""
        self._attempts.take(self._variables.mark_head)

    def mark_end(self) -> None:
        """A loop over batches has ended."""
        self._attempts.take(lambda: self._variables.mark_end(self._state.position.loop))

    def remember_boundary(self) -> None:
        self._loop_boundary = self._attempts.take(lambda: LoopBoundary(self.live()))

    def forget_boundary(self) -> None:
        self._loop_boundary = None

    def whole(self) -> Snapshot | None:
        """The whole state nearest to this moment, for a stop; None in the middle of something."""
        if self._state.is_torn:
            return None
        if self._state.phase == Phase.FETCH:
            self._refresh_rng()
            return self._attempts.take(self.live)
        if self._state.phase in (Phase.BEFORE_LOOP, Phase.AFTER_LOOP, Phase.BROKEN):
            return self._at_boundary()
        return None

    def at_call(self) -> Snapshot:
        """The state for a save at the user's call; a step under way counts as done. An error in one
        process is one in all, or the others would wait for it."""
        taken: Snapshot | Exception
        try:
            taken = self._at_call()
        except Exception as error:
            taken = error
        failed = self._manager.agree(isinstance(taken, Exception))[0]
        if isinstance(taken, Exception):
            raise taken
        if failed:
            raise CheckpointError("Nothing is saved: another process could not copy its state.")
        return taken

    def _at_call(self) -> Snapshot:
        rng = RngState.capture(self._state.loaders)
        phase, position = self._state.phase, self._state.position
        if phase == Phase.STEP:
            return self.live(
                position.copy(step=position.step + 1, batch=position.batch + 1, rng=rng)
            )
        if phase == Phase.IDLE:
            self._state.capture_rng()
            return self.live()
        if phase == Phase.FETCH:
            self._refresh_rng()
            return self.live()
        snapshot = self.whole()
        if snapshot is None and phase in (Phase.BEFORE_LOOP, Phase.AFTER_LOOP):
            # Weights changed after the loop (averaged, say): the epoch counts as done, unless
            # another loop of it follows.
            self._state.count_epoch()
            self._variables.mark_head(keep_ends=True)
            return self.live(Position(step=position.step, epoch=position.epoch + 1, rng=rng))
        if snapshot is None:
            raise CheckpointError(
                "Can't save: the last step ended with an error. Run the loop again "
                "to resume from the newest checkpoint."
            )
        return snapshot

    def _refresh_rng(self) -> None:
        """The generators of the last boundary, which a fetch under way may yet change."""
        if not self._state.rng_known:
            self._state.capture_rng()

    def _at_boundary(self) -> Snapshot | None:
        snapshot = self._loop_boundary.snapshot() if self._loop_boundary else None
        if snapshot is not None:
            snapshot.body.update(self.metrics.to_json())
        return snapshot

    # -- saving

    def save_live(self) -> None:
        """Save the state as it is, unless it cannot be taken (in one of the processes)."""
        began = time.perf_counter()
        snapshot = self.take_live()
        if snapshot is None:
            self._schedule.begin(self._state.position.step)  # not at each step again
        else:
            self.save(snapshot, taking=time.perf_counter() - began)

    def save_interim(self) -> None:
        """Save a small state between two regular saves, until the next one."""
        began = time.perf_counter()
        snapshot = self._attempts.take(self.live)
        if snapshot is None:
            self.interim.begin()  # not at each step again
            return
        if not self.interim.fits(snapshot.size):
            return
        snapshot.interim = True
        try:
            self._manager.save_snapshot(snapshot)
        except CheckpointError:
            raise
        except Exception as error:
            self._attempts.failed(error)
            return
        self._attempts.succeeded()
        self._saved = key_of(snapshot.body)
        self.interim.saved(time.perf_counter() - began)

    def take_live(self, *, left: bool = False) -> Snapshot | None:
        """Like :meth:`live`; None, and a warning, where it fails (in one of the processes)."""
        snapshot = self._attempts.take(lambda: self.live(left=left))
        return None if self._manager.agree(snapshot is None)[0] else snapshot

    def save(self, snapshot: Snapshot, *, wait: bool = False, taking: float = 0.0) -> None:
        """Save; a copy that fails is only a warning, unless it is waited for.

        :param taking: seconds that the snapshot took, which the training has waited for too.
        """
        try:
            stall = self._manager.save_snapshot(snapshot, wait=wait)
        except CheckpointError:
            raise
        except Exception as error:
            if wait:
                raise
            self._attempts.failed(error)
            return
        self._attempts.succeeded()
        self._state.saved()
        self._saved = key_of(snapshot.body)
        self._schedule.saved(snapshot.step, taking + stall)
        self.interim.begin()

    def save_if_new(self, snapshot: Snapshot, *, wait: bool = False) -> None:
        """Save unless just this is what was saved or loaded last."""
        new = bool(self.tracked.objects) and key_of(snapshot.body) != self._saved
        if self._manager.agree(new)[0]:
            self.save(snapshot, wait=wait)

    def save_final(self) -> None:
        """Make the last whole state durable."""
        if self._state.phase == Phase.BROKEN and self._at_boundary() is None:
            say(
                f"Step {self._state.position.step + 1} ended with an error and is not saved. "
                f"The newest checkpoint is step {self._manager.newest()}."
            )
            return
        self.save_if_new(self.at_call(), wait=True)

    def has(self, step: int) -> bool:
        return bool(self._saved) and self._saved[0] == step

    def loaded(self, body: dict[str, Any]) -> None:
        self._state.loaders_anew.clear()
        self._state.loaders_anew.update(body.get("loaders_anew") or {})
        self._saved = key_of(body)

    def forget_saved(self) -> None:
        self._saved = (None,)

    def note_write(self) -> None:
        result = self._manager.last_write
        if result is not None and not self._manager.busy:
            self._manager.last_write = None
            if result.interim:
                self.interim.written(result.work)
            else:
                seconds = result.seconds + self._manager.mirror_seconds
                self._schedule.written(seconds, result.work)
            if self._manager.failed:
                self.forget_saved()
