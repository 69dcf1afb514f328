"""``Run``: checkpoints for a training loop in a notebook."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from .distributed.ranks import rank_and_size
from .errors import CheckpointError
from .loop import active_runs
from .loop.loops import Loops
from .loop.phase import Phase
from .loop.protocol import Manager
from .loop.schedule import Schedule, parse_deadline
from .loop.session import Session
from .messages import say
from .read.restored import Checkpoint, Restored, resumed_line
from .run_dir.fetch_missing_run import fetch_missing_run
from .run_dir.lock import note_finished
from .state.objects import kind_of
from .state.plain_state import PlainState

Batch = TypeVar("Batch")


class Run:
    """A training run that saves itself and resumes exactly.

    >>> run = Run("digits")                                   # doctest: +SKIP
    >>> run.track(model=model, optimizer=optimizer)
    >>> for epoch in run.epochs(20):
    ...     for x, y in run.batches(loader):
    ...         ...
    ...     run.log(val_loss=validate())
    >>> run.finish()

    :param name: the run; one folder of this name.
    :param folder: where runs live; None is this platform's durable folder.
    :param mirror: second folder (a mounted Drive) that every checkpoint is copied to.
    :param keep: how many of the newest checkpoints stay.
    :param best: ``("val_loss", "min")`` also keeps the checkpoint with the best logged value.
    :param every: ``"auto"``, a time such as ``"5m"``, or a number of steps between saves.
    :param max_overhead: share of training time that ``"auto"`` may take, stall and slow-down.
    :param deadline: when the session ends: a datetime, or a duration from now (``"11h30m"``).
    :param takeover: write the run although another live process owns it, or another notebook
        saved it.
    :raises RunLockedError: another live process writes this run.
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
        schedule = Schedule(every, max_overhead, parse_deadline(deadline))
        if folder is None:
            from runtime_kit.platform import durable_folder

            folder = durable_folder()
        self.manager = open_manager(
            name,
            fetch_missing_run(folder, name),
            mirror=mirror,
            keep=keep,
            best=best,
            takeover=takeover,
        )
        self._session = Session(self.manager, schedule, asks=not takeover)
        self._loops = Loops(self._session)
        active_runs.add(self)

    # -- what is saved

    def track(self, **objects: Any) -> Run:
        """Say what belongs to the run, by role: ``model=``, ``optimizer=``, any names.

        Anything with ``state_dict`` and ``load_state_dict``; a ``torch.Generator``; a scikit-learn
        estimator with ``partial_fit``; dicts, lists and arrays (also JAX pytrees in a dict), which
        are changed in place on resume. A list or dict of such objects is one role for each, such as
        ``models.0``. Random generators are always saved.

        :raises CannotStoreError: what cannot be stored without pickle, with the path to it.
        """
        self._session.track(_parts(objects))
        return self

    def log(self, **metrics: Any) -> None:
        """Numbers to keep with the next checkpoint."""
        self._session.log(metrics)

    def epochs(self, start: int | range, stop: int | None = None, step: int = 1) -> Iterator[int]:
        """``range(...)`` of the same arguments from where the run is; resumes inside an epoch."""
        return self._loops.epochs(_range("epochs", start, stop, step))

    def steps(self, start: int | range, stop: int | None = None, step: int = 1) -> Iterator[int]:
        """``range(...)`` of the same arguments for a loop without epochs; each turn is a step."""
        return self._loops.steps(_range("steps", start, stop, step))

    def batches(self, loader: Iterable[Batch]) -> Iterator[Batch]:
        """The loader's batches. Asking for the next one completes a step; a save may happen there.
        On resume the same batches follow, in the same order, with the same random draws. ``len()``
        is that of the loader."""
        return self._loops.batches(loader)

    def enumerate(self, loader: Iterable[Batch], start: int = 0) -> Iterator[tuple[int, Batch]]:
        """``(number, batch)`` pairs of :meth:`batches`, numbered within the epoch."""
        return self._loops.batches(loader, start)  # type: ignore[arg-type]

    def cycle(self, loader: Iterable[Batch]) -> Iterator[Batch]:
        """The loader's batches without end, for ``next(...)`` in a loop over :meth:`steps`. Its
        place is saved with each step."""
        return self._session.variables.cycles.make(loader)

    # -- the loop's variables

    def carry(self, *names: str) -> Run:
        """Save these variables of the loop, too: those whose change the source does not show. What
        the loop stores and reads later is saved anyway.

        :raises CannotStoreError: when the loop begins, for what cannot be stored without pickle.
        """
        self._session.variables.choice.state(names)
        return self

    def exclude(self, *names: str) -> Run:
        """Leave these variables of the loop as they are after a resume."""
        self._session.variables.choice.exclude(names)
        return self

    def state(self, **values: Any) -> Any:
        """Values that are saved with the run, as attributes of what is returned:
        ``state = run.state(best=0.0, history=[])``, then ``state.best = accuracy``."""
        state = PlainState(**values)
        self.track(state=state)
        return state

    # -- saving and loading

    def save(self, *, wait: bool = False) -> None:
        """Save now. In a loop's body the current batch counts as done, so call it after the
        optimizer's step. ``wait=True`` returns when it is durable, and raises if it cannot be."""
        with self._session.variables.asked_by(sys._getframe(1)):
            self._session.save(wait=wait)

    def request_save(self) -> float | None:
        """Have the training loop save at its next boundary. May be called from any thread.

        Returns the time from which on a committed step confirms it, in seconds since 1970, or None
        where no loop of the run is in progress.
        """
        return self._session.request_save()

    def restore(self, step: int | None = None) -> Checkpoint | None:
        """Load the newest good checkpoint, or that of ``step``, into what is tracked.

        Returns it, or None when the run has none yet. A loop goes on from it.

        :raises NoValidCheckpointError: there are checkpoints, but none of them is good.
        :raises CheckpointMismatchError: it does not fit what is tracked.
        """
        if self._session.phase in (Phase.FETCH, Phase.STEP, Phase.BEFORE_LOOP):
            raise CheckpointError("restore() can't be called inside a loop. Leave the loop first.")
        restored: Restored | None = self._session.restore(step)
        if restored is None:
            return None
        say(resumed_line(self.manager.name, restored))
        return restored.checkpoint

    def checkpoints(self) -> list[Checkpoint]:
        """The run's good checkpoints, oldest first."""
        return self.manager.checkpoints()

    def finish(self, timeout: float = 600.0) -> None:
        """Save what is not saved yet, wait until it is durable, also in the mirror, and give the
        run free. ``timeout``: seconds to wait for a mirror that cannot be reached.

        :raises CheckpointError: the last state could not be saved; free the disk and call again.
        """
        self._session.finish(timeout)
        note_finished(self.manager.folder, self.manager.newest())

    @property
    def name(self) -> str:
        return self.manager.name

    @property
    def folder(self) -> os.PathLike[str]:
        """The run's own folder."""
        return self.manager.folder

    @property
    def step(self) -> int:
        """Completed batches over the whole run."""
        return self._session.position.step

    @property
    def epoch(self) -> int:
        """The epoch the run is in, from 0."""
        return self._session.position.epoch

    @property
    def batch(self) -> int:
        """The index of the current batch in its loop, from 0."""
        return self._session.position.batch

    @property
    def resumed_from(self) -> int | None:
        """The step this run was resumed from; None for a fresh one."""
        return self._session.resumed_from

    @property
    def metrics(self) -> dict[str, float]:
        """What was logged last, by name."""
        return dict(self._session.metrics.latest)

    @property
    def history(self) -> list[dict[str, Any]]:
        """What was logged, oldest first, also before a resume."""
        return list(self._session.metrics.history)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()
        else:
            self._session.rescue()
            self.manager.settle(mirror_seconds=25.0)
            self.manager.close()
            self._session.close()

    def __repr__(self) -> str:
        return f"Run({self.name!r}, step={self.step}, folder={str(self.manager.folder.parent)!r})"


def _parts(objects: dict[str, Any]) -> dict[str, Any]:
    """Objects of lists and dicts under roles of their own."""
    found: dict[str, Any] = {}
    for role, value in objects.items():
        items = dict(enumerate(value)) if type(value) in (list, tuple) else value
        if type(items) is dict and items and all(kind_of(v) != "plain" for v in items.values()):
            found.update(_parts({f"{role}.{key}": item for key, item in items.items()}))
        else:
            found[role] = value
    return found


def _range(name: str, start: int | range, stop: int | None, step: int) -> range:
    if isinstance(start, range):
        numbers = start
    else:
        numbers = range(start) if stop is None else range(start, stop, step)
    if numbers.step < 1:
        raise ValueError(f"run.{name} counts upwards: its step must be at least 1.")
    return numbers


def open_manager(name: str, folder: str | os.PathLike[str], **options: Any) -> Manager:
    """The manager for this process, or for this one as a part of a torchrun job."""
    if rank_and_size()[1] > 1:
        from .distributed.ranked_manager import RankedManager

        return RankedManager(name, folder, **options)
    from .manager import CheckpointManager

    return CheckpointManager(name, folder, **options)
