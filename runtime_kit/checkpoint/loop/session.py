"""Where a run stands: the beginning and the end of its loops, loading, and saves on demand."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any

from runtime_kit.checkpoint.distributed.ranks import own_part
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.messages import inexact_because, left_before, say, warn
from runtime_kit.checkpoint.read.restored import Restored, resumed_line
from runtime_kit.checkpoint.state.rng import RngState
from runtime_kit.checkpoint.state.snapshot import Snapshot, machine_info, versions

from . import active_runs
from .carried import CarriedVariables
from .frames import users_frame
from .loop_boundary import LoopBoundary
from .loop_state import LoopState
from .other_notebook import ask_about_other_notebook
from .phase import Phase
from .position import Position
from .protocol import Manager
from .schedule import Schedule
from .snapshot_taker import SnapshotTaker
from .step_boundary import StepBoundary
from .stopping import Stopping
from .tracking import Tracked
from .variable_spaces import loop_head

_OUTSIDE = 10  # steps, after which it is no trial


class Session:
    """``synced`` says that memory is what ``position`` says, so that a loop can go on from it."""

    def __init__(self, manager: Manager, schedule: Schedule, *, asks: bool = True) -> None:
        """``asks``: a run of another notebook's is loaded only after a yes."""
        self.manager = manager
        self._asks = asks and not manager.collective
        self.schedule = schedule
        self.state = LoopState()
        tracked = Tracked()
        self.variables = CarriedVariables(tracked.objects, inline=manager.collective)
        self._taker = SnapshotTaker(manager, schedule, self.state, tracked, self.variables)
        self.tracked = self._taker.tracked
        self.tracked.gradients.heard = self._heard_step
        self.metrics = self._taker.metrics
        self.stopping = Stopping(manager, self.state, self._taker)
        self.boundary = StepBoundary(
            manager,
            schedule,
            self.state,
            self._taker,
            self.stopping,
            self._stepped,
            self.variables,
        )
        self.resumed_from: int | None = None
        self.synced = False
        self._restored: Restored | None = None
        self._loaded: LoopBoundary | None = None  # as it was right after that
        self._rewound = self._looking = False  # went back to an older step, and did no more
        self._settled = False  # what another process is to go on from was saved at a break
        self._changes = False  # the code on the way to the point of resumption changes something
        self._used = False  # a loop has begun, or a save was asked for
        self._passed_left = False  # a loop that was left is behind
        self._outside = 0  # steps of tracked optimizers before that
        self._known = False  # what the folder has was loaded, or is from here

    @property
    def position(self) -> Position:
        return self.state.position

    @property
    def phase(self) -> Phase:
        return self.state.phase

    def request_save(self) -> float | None:
        """See :meth:`Run.request_save`."""
        if self.manager.stopped or self.phase in (Phase.IDLE, Phase.BROKEN):
            return None
        since = time.time()
        self.state.want_save()
        return since

    def log(self, values: dict[str, Any]) -> None:
        """See :meth:`Run.log`. A new best is saved at the next boundary."""
        if self.metrics.log(self.position.step, self.position.epoch, values):
            self.state.want_save()

    def track(self, objects: dict[str, Any]) -> None:
        """See :meth:`Run.track`. An object made anew is not what the checkpoints or the position
        say, so the next loop loads into it, and it is not saved before."""
        if self.tracked.add(objects) and self.phase in (Phase.IDLE, Phase.BROKEN):
            self.synced = self._known = False

    # -- beginning and ending

    def begin(self, *, outermost: bool) -> None:
        """A top-level loop starts: the newest checkpoint is loaded unless memory is just that.

        :param outermost: it is a loop over epochs or steps, none over batches, around which the
            user's own code runs again from its begin.
        """
        self._used = True
        if self._asks and not self.synced:
            # Outside of the engine, so that a stop ends the question.
            ask_about_other_notebook(self.manager.name, self.manager.folder)
            self._asks = False
        with self.stopping.engine():
            self.manager.open()
            if not self.synced:
                restored = self.restore(self.resumed_from if self._rewound else None)
                if restored is not None:
                    say(resumed_line(self.manager.name, restored))
                    self.tracked.tell_changed_settings(restored)
                    self._rewind_groups(outermost)
                    now = {"versions": versions(), "platform": machine_info()}
                    if reason := inexact_because(restored.body, now):
                        say(
                            f"{reason}: the same batches follow, but results may not "
                            "be bit-identical."
                        )
                elif not self.manager.collective:
                    self.tracked.prove()
            elif not self._rewind_groups(outermost):
                self._restored = None  # what the user has set since counts
            self.synced = self._looking = self._settled = False
            if self._rewound:
                self.manager.abandon_after(self.position.step)
                self._rewound = False
            active_runs.claim(self.manager.folder, self)
            self.tracked.watch()
            self._taker.live()  # what cannot be stored is refused before training is spent on it
            self.schedule.begin(self.position.step)
            self._taker.interim.begin()
            self.boundary.begin()
            self.stopping.install()

    def _rewind_groups(self, outermost: bool) -> bool:
        """Have the code on the way to the point of resumption add parameter groups once more. True
        where there were some, so that the step is loaded again there."""
        inside = self._restored is not None and (self.position.inside or not outermost)
        self._changes = inside and self.tracked.rewind_groups(to_epoch=outermost)
        return self._changes

    def end(self) -> None:
        """A top-level loop has run to its end: its last state is saved."""
        with self.stopping.engine():
            self.state.enter(Phase.IDLE)
            self.synced = True
            self._taker.note_write()
            self.manager.check()
            if not self.manager.stopped:
                self._save_what_is()
        self.stopping.uninstall()

    def passed(self) -> None:
        """A top-level loop had nothing left: the run is in a later one. What the program does until
        then is in the checkpoint already, so it is loaded once more there."""
        self.state.enter(Phase.IDLE)
        self.synced = self.resumed_from is None
        self.stopping.uninstall()

    def _save_what_is(self, *, left: bool = False) -> None:
        """Between loops: what is in memory."""
        self.state.capture_rng()
        self._taker.mark_head()
        snapshot = self._taker.take_live(left=left)
        if snapshot is not None:
            if left:
                self._taker.forget_saved()  # the step may be saved as one inside of the loop
            self._taker.save_if_new(snapshot)

    def rescue(self) -> None:
        """An error ends the run: what is whole is saved, say before a validation that failed."""
        with self.stopping.engine():
            alone = not (self.manager.stopped or self.manager.collective)
            snapshot = self._taker.whole() if alone else None
            if snapshot is not None:
                with contextlib.suppress(CheckpointError):
                    self._taker.save_if_new(snapshot, wait=True)
        self.broken()

    def snapshot_at_boundary(self) -> Snapshot | None:
        """The state at the end of the last loop, if it can still be had."""
        return self._taker.whole() if self._alone else None

    def snapshot_here(self) -> Snapshot | None:
        """The state as it is, as the position says."""
        return self._taker.take_live() if self._alone else None

    @property
    def _alone(self) -> bool:
        return not (self.manager.stopped or self.manager.collective)

    def left_steps(self, certain: bool) -> None:
        """A loop over steps was left by ``break``. Where that is certain, a process that is killed
        before the run is finished is followed by one that goes on after the loop."""
        with self.stopping.engine():
            self.state.enter(Phase.IDLE)
            self.synced = True
            with contextlib.suppress(CheckpointError):  # finish() says it
                if self._alone:
                    self._save_what_is(left=certain)
        self.stopping.uninstall()

    def left(self, snapshot: Snapshot | None = None) -> None:
        """The outermost loop was left by ``break``: the next one goes on from here. Another process
        goes on from ``snapshot``, if there is one."""
        with self.stopping.engine():
            self.state.enter(Phase.IDLE)
            self.synced = True
            with contextlib.suppress(CheckpointError):  # finish() says it
                if snapshot is not None:
                    self._taker.save_if_new(snapshot, wait=True)
                    self._settled = True
                elif self._alone:
                    self._save_what_is()
        self.stopping.uninstall()

    @property
    def was_left(self) -> bool:
        """The step that was loaded is one at which a loop was left, and the run was not finished
        after it."""
        restored = self._restored
        left = restored is not None and bool(own_part(restored.body).get("left"))
        return left and self.manager.finished_at != self.position.step and not self._passed_left

    def pass_left(self) -> None:
        """Go on after the loop; what follows in this process trains on."""
        say(left_before(self.manager.name, self.position.step))
        self._passed_left = True
        self.variables.put(self.variables.now or self.variables.head)
        self.passed()

    def broken(self) -> None:
        """A loop was left by an error."""
        self.state.enter(Phase.BROKEN)
        self.stopping.uninstall()

    def save(self, *, wait: bool) -> None:
        """Save at the user's call, in any phase."""
        self._used = True
        if self.phase == Phase.SKIPPING:
            return  # what the user's loop saves there is older than the checkpoint
        with self.stopping.engine():
            if not self._known and self.manager.has_steps():
                raise CheckpointError(
                    f"Run {self.manager.name!r} has checkpoints that were not loaded, "
                    "and saving would replace them. Call run.restore() first, or use "
                    "another name."
                )
            self._known, self._looking, self._settled = True, False, False
            self._taker.save(self._taker.at_call(), wait=wait)

    def finish(self, timeout: float) -> None:
        with self.stopping.engine():
            self.manager.wait()  # also raises if the run was taken over, however long ago
            if not self.manager.stopped:
                self._taker.note_write()
                # Where nothing was loaded or trained there is nothing to save, least of all over
                # steps that are there.
                known = self._known or not self.manager.has_steps()
                # Nor after going back to an older one, say to look at it.
                looking = self._looking or self._settled
                if known and not looking and self.phase != Phase.SKIPPING:
                    self._taker.save_final()
                self.manager.finish(timeout)
        self.close()

    def close(self) -> None:
        self.stopping.uninstall()
        self.tracked.gradients.unwatch()

    # -- loading

    def restore(self, step: int | None) -> Restored | None:
        """Load a checkpoint into what is tracked; None (and nothing changed) for a fresh run."""
        restored = self.manager.restore(step)
        self._taker.forget_boundary()
        self.state.enter(Phase.IDLE)
        # Until it is loaded, nothing is saved over what is there: a loop tries to load once more.
        self.synced = self._known = False
        if restored is None:
            self._known = True  # not synced: the run begins with the loop, seeds may come yet
            self._rewound = self._looking = False
            self.state.move(Position(rng=RngState.capture()))
            self.variables.load(None)
            return None
        self.tracked.load(restored)
        self.metrics.from_json(restored.body)
        self.state.move(Position.from_json(restored.body))
        self.state.has_data(restored.body.get("data") or {})
        self.variables.load(restored.variables(own_part(restored.body).get("variables")))
        self.position.rng.apply()
        self.resumed_from = restored.checkpoint.step
        self._taker.loaded(restored.body)
        self.synced = self._known = True
        self._rewound = self._looking = step is not None
        self._restored, self._loaded = restored, LoopBoundary(self._taker.live())
        return restored

    def reload(self, *, always: bool) -> None:
        """Once more, at the point of resumption, if the user's code changed something on the way
        there (a scheduler's step, gradients set to zero)."""
        always, self._changes = always or self._changes, False
        if self._restored is not None and (always or self._changed_since_loaded()):
            self._restored.__dict__.pop("state", None)
            self.tracked.load(self._restored)
            self.metrics.from_json(self._restored.body)
        elif self._restored is not None:
            self.tracked.set_modes(self._restored)
        self._restored = None

    def _changed_since_loaded(self) -> bool:
        before = self._loaded.snapshot() if self._loaded is not None else None
        if before is None or self._restored is None or self.tracked.has_gradients(self._restored):
            return True
        return bool(self._taker.live().body["objects"] != before.body["objects"])

    def _heard_step(self) -> None:
        """A tracked optimizer has stepped. Warn once where no loop of the run will ever save it."""
        if self._used or any(run._session.phase != Phase.IDLE for run in active_runs.runs()):
            return
        self._outside += 1
        frame = users_frame(sys._getframe(1)) if self._outside == _OUTSIDE else None
        if frame is not None:
            line, text = loop_head(frame) or (frame.f_lineno, "its loop")
            warn(
                f"An optimizer of run {self.manager.name!r} steps outside of the run's loops, so "
                f"nothing is saved. In line {line} ({text}) go over run.batches(...)."
            )

    def _stepped(self) -> None:
        if not active_runs.trains(self.manager.folder, self):
            raise CheckpointError(
                f"Another Run object of this process trains {self.manager.name!r} now. Use one "
                "Run for a run, or another name."
            )
        self._restored = self._loaded = None
