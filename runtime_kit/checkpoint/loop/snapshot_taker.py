"""Which state is whole at a moment, and saving it."""

from __future__ import annotations

from typing import Any

from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.messages import say
from runtime_kit.checkpoint.state.rng import RngState
from runtime_kit.checkpoint.state.snapshot import Snapshot
from runtime_kit.checkpoint.state.tracking import Tracked

from .attempts import Attempts
from .loop_boundary import Edge
from .metrics import Metrics
from .phase import Phase
from .position import Position, key_of
from .protocol import Manager
from .schedule import Schedule


class Saver:
    """Turns the tracked objects and the position into snapshots.

    ``wanted``: the next boundary is to be saved, whatever the schedule says.
    """

    def __init__(self, manager: Manager, schedule: Schedule) -> None:
        self.manager = manager
        self.schedule = schedule
        self.tracked = Tracked()
        self.metrics = Metrics(manager.best)
        self.position = Position()
        self.phase = Phase.IDLE
        self.wanted = False
        self.epoch_counted = False  # by a save in it
        # Of the last boundary: are its generators known, and can a fetch change them meanwhile?
        self.rng_known = True
        self.fetch_draws = True
        self.loaders: dict[str, Any] = {}  # generators that loaders draw from, by place
        self.loaders_anew: dict[str, bool] = {}  # see LoaderGenerators
        self._edge: Edge | None = None
        self._attempts = Attempts(manager.mailbox)
        self._saved: tuple[Any, ...] = ()

    # -- what can be saved

    def live(self, position: Position | None = None) -> Snapshot:
        """The state as it is now, as ``position`` (the current one by default)."""
        position = position or self.position
        about = {**position.to_json(), **self.metrics.to_json()}
        about["loaders_anew"] = dict(self.loaders_anew)
        objects = self.tracked.objects if self.manager.collective else self.tracked.to_save()
        return self.manager.take(position.step, objects, about)

    def remember_edge(self) -> None:
        self._edge = self._attempts.take(lambda: Edge(self.live()))

    def forget_edge(self) -> None:
        self._edge = None

    def whole(self) -> Snapshot | None:
        """The whole state nearest to this moment, for a stop; None in the middle of something."""
        if self.phase == Phase.FETCH:
            self._know_rng()
            return self._attempts.take(self.live)
        if self.phase in (Phase.HEAD, Phase.EDGE, Phase.BROKEN):
            return self._at_edge()
        return None

    def at_call(self) -> Snapshot:
        """The state for a save at the user's call; a step under way counts as done. An error in one
        process is one in all, or the others would wait for it."""
        taken: Snapshot | Exception
        try:
            taken = self._at_call()
        except Exception as error:
            taken = error
        failed = self.manager.agree(isinstance(taken, Exception))[0]
        if isinstance(taken, Exception):
            raise taken
        if failed:
            raise CheckpointError("another process could not take its state: nothing is saved.")
        return taken

    def _at_call(self) -> Snapshot:
        rng = RngState.capture(self.loaders)
        position = self.position
        if self.phase == Phase.STEP:
            return self.live(
                position.copy(step=position.step + 1, batch=position.batch + 1, rng=rng)
            )
        if self.phase == Phase.IDLE:
            position.rng = rng
            return self.live()
        if self.phase == Phase.FETCH:
            self._know_rng()
            return self.live()
        snapshot = self.whole()
        if snapshot is None and self.phase in (Phase.HEAD, Phase.EDGE):
            # Weights changed after the loop (averaged, say): the epoch counts as done, unless
            # another loop of it follows.
            self.epoch_counted = True
            return self.live(Position(step=position.step, epoch=position.epoch + 1, rng=rng))
        if snapshot is None:
            raise CheckpointError(
                "the last step was left by an error, so there is nothing whole to save: run the "
                "loop again, it resumes from the newest checkpoint."
            )
        return snapshot

    def _know_rng(self) -> None:
        if not self.rng_known:
            self.position.rng = RngState.capture(self.loaders)

    def _at_edge(self) -> Snapshot | None:
        snapshot = self._edge.snapshot() if self._edge else None
        if snapshot is not None:
            snapshot.body.update(self.metrics.to_json())
        return snapshot

    # -- saving

    def begin_loop(self) -> None:
        """A loop begins, where the generators are known."""
        self.rng_known = True
        if self.epoch_counted:
            self.epoch_counted, self.wanted = False, True

    def save_live(self) -> None:
        """Save the state as it is, unless it cannot be taken (in one of the processes)."""
        snapshot = self.take_live()
        if snapshot is None:
            self.schedule.begin(self.position.step)  # not at each step again
        else:
            self.save(snapshot)

    def take_live(self) -> Snapshot | None:
        """Like :meth:`live`; None, and a warning, where it fails (in one of the processes)."""
        snapshot = self._attempts.take(self.live)
        return None if self.manager.agree(snapshot is None)[0] else snapshot

    def save(self, snapshot: Snapshot, *, wait: bool = False) -> None:
        """Save; a copy that fails is only a warning, unless it is waited for."""
        try:
            stall = self.manager.save_snapshot(snapshot, wait=wait)
        except CheckpointError:
            raise
        except Exception as error:
            if wait:
                raise
            self._attempts.failed(error)
            return
        self._attempts.succeeded()
        self.wanted = False
        self._saved = key_of(snapshot.body)
        self.schedule.saved(snapshot.step, stall)

    def save_if_new(self, snapshot: Snapshot, *, wait: bool = False) -> None:
        """Save unless just this is what was saved or loaded last."""
        new = bool(self.tracked.objects) and key_of(snapshot.body) != self._saved
        if self.manager.agree(new)[0]:
            self.save(snapshot, wait=wait)

    def save_final(self) -> None:
        """Make the last whole state durable."""
        if self.phase == Phase.BROKEN and self._at_edge() is None:
            say(
                f"step {self.position.step + 1} was left by an error and is not saved; the newest "
                f"checkpoint is step {self.manager.newest()}."
            )
            return
        self.save_if_new(self.at_call(), wait=True)

    def has(self, step: int) -> bool:
        return bool(self._saved) and self._saved[0] == step

    def loaded(self, body: dict[str, Any]) -> None:
        self.loaders_anew.clear()
        self.loaders_anew.update(body.get("loaders_anew") or {})
        self._saved = key_of(body)

    def forget_saved(self) -> None:
        self._saved = (None,)

    def note_write(self) -> None:
        result = self.manager.last_write
        if result is not None and not self.manager.busy:
            self.manager.last_write = None
            self.schedule.written(result.seconds + self.manager.mirror_seconds)
            if self.manager.failed:
                self.forget_saved()
