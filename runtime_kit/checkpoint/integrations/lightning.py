"""Lightning 2: ``Trainer(callbacks=[RuntimeKitCheckpoint("digits")])``."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.loop.loader import generators_of
from runtime_kit.checkpoint.read.restored import Restored
from runtime_kit.checkpoint.state.rng import RngState

from .callback_session import CallbackSession, State

# A Trainer takes the callbacks of its own package only, and there are two.
_OLDER = "pytorch_lightning" in sys.modules and "lightning.pytorch" not in sys.modules
_PACKAGE = "pytorch_lightning" if _OLDER else "lightning.pytorch"
Checkpoint: Any = importlib.import_module(f"{_PACKAGE}.callbacks").Checkpoint
SIGTERMException: Any = importlib.import_module(f"{_PACKAGE}.utilities.exceptions").SIGTERMException

_NOT_NEEDED = ("hparams_name", "hyper_parameters", "hparams_type")
_NAMES = {"model": "state_dict", "optimizers": "optimizer_states", "schedulers": "lr_schedulers"}


class RuntimeKitCheckpoint(Checkpoint):
    """Saves what ``fit`` trains and makes the next ``fit`` go on from the newest good checkpoint.

    Arguments as for :class:`runtime_kit.Run`. Steps are batches. It saves between batches, when no
    gradients are being accumulated, and after each epoch's validation; with a single DataLoader it
    resumes inside an epoch with the same batches and random draws. Give ``fit`` no ``ckpt_path``.
    Hyperparameters are not saved: the module is built by the notebook's own code.

    Stopped after an epoch, Lightning does not step an epoch-wise ReduceLROnPlateau for it; stopped
    in a validation, it finishes that one with one random draw too many.
    One process only: for several ranks use Lightning's own distributed checkpoints.
    """

    def __init__(self, name: str, folder: Any = None, **options: Any) -> None:
        super().__init__()
        self._session = CallbackSession(name, folder, **options)
        self._restored: Restored | None = None
        self._step = self._epoch = self._batch = 0
        self._rng = self._epoch_rng = RngState()

    @property
    def resumed_from(self) -> int | None:
        """The step this fit was resumed from; None for a fresh one."""
        return self._restored.checkpoint.step if self._restored else None

    # -- beginning

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:
        if stage != "fit":
            return
        if trainer.world_size > 1:
            raise CheckpointError("RuntimeKitCheckpoint is for one process, not for several ranks.")
        self._step = self._epoch = self._batch = 0
        self._restored = self._session.restore()
        if self._restored is not None:
            state = dict(self._restored.state)
            loaded = {**state.pop("lightning"), **{_NAMES[role]: state[role] for role in _NAMES}}
            # Where fit(ckpt_path=...) puts what it read; all of Lightning's own loading follows.
            trainer._checkpoint_connector._loaded_checkpoint = loaded

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        self._epoch_rng = RngState.capture()

    def on_sanity_check_start(self, trainer: Any, pl_module: Any) -> None:
        self._epoch_rng = RngState.capture()  # Lightning goes back to this afterwards

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if self._restored is not None:
            if trainer.ckpt_path:
                raise CheckpointError(
                    f"The run resumes from step {self.resumed_from}, and fit() also "
                    f"got {trainer.ckpt_path!r}. Remove ckpt_path, or use another run "
                    "name."
                )
            self._reposition(trainer, self._restored.body)
        self._first = True
        self._session.begin(self._step, self._state(trainer))

    def _reposition(self, trainer: Any, body: dict[str, Any]) -> None:
        """Draw the epoch's batches anew up to the one that is next."""
        self._step, self._epoch, self._batch = body["step"], body["epoch"], body["batch"]
        self._rng = RngState.from_json(body["rng"])
        generators = _generators(trainer)
        self._epoch_rng = RngState.from_json(body.get("epoch_rng") or body["rng"])
        self._epoch_rng.apply(generators)
        fetcher = trainer.fit_loop._data_fetcher
        iterator = iter(fetcher)
        if self._batch:
            for _ in range(self._batch):
                next(iterator)
            fetcher.fetched = 0  # Lightning adds what was complete
            self._rng.apply(generators)

    # -- boundaries

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        self._epoch, self._batch = trainer.current_epoch, 0
        if not self._first:  # the first epoch's iterator is there already
            self._epoch_rng = RngState.capture(_generators(trainer))
        self._first = False

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._step += 1
        self._batch = batch_idx + 1
        self._rng = RngState.capture(_generators(trainer))
        last = trainer.fit_loop.epoch_loop.batch_progress.is_last_batch
        if not last and self._batch % trainer.accumulate_grad_batches == 0:
            self._boundary(trainer)

    def on_validation_batch_end(self, trainer: Any, *_: Any) -> None:
        if self._session.stopping and not trainer.sanity_checking:
            self._boundary(trainer, measure=False)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        self._epoch, self._batch, self._first = trainer.current_epoch + 1, 0, False
        self._rng = RngState.capture(_generators(trainer))
        self._session.log(self._step, trainer.current_epoch, trainer.callback_metrics)
        self._boundary(trainer, measure=False)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        self._session.finish(self._step, lambda: self._state(trainer))

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self._session.close()

    def _boundary(self, trainer: Any, *, measure: bool = True) -> None:
        self._session.boundary(self._step, lambda: self._state(trainer), measure=measure)
        if trainer.received_sigterm:  # Lightning itself would go on to the epoch's end
            raise SIGTERMException

    def _state(self, trainer: Any) -> State:
        dump = dict(trainer._checkpoint_connector.dump_checkpoint(weights_only=False))
        objects = {role: dump.pop(name) for role, name in _NAMES.items()}
        objects["lightning"] = {
            key: value
            for key, value in dump.items()
            if not key.endswith(_NOT_NEEDED)  # may hold anything, and are not read again
        }
        about = {"epoch": self._epoch, "batch": self._batch, "rng": self._rng.to_json()}
        if self._batch:
            about["epoch_rng"] = self._epoch_rng.to_json()
        return objects, about


def _generators(trainer: Any) -> dict[str, Any]:
    own = generators_of(trainer.train_dataloader)
    return {f"0.{number}": generator for number, generator in enumerate(own)}
