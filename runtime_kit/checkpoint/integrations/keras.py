"""Keras 3: ``model.fit(..., callbacks=[RuntimeKitCheckpoint("digits")])``."""

from __future__ import annotations

from typing import Any

import keras
import numpy

from runtime_kit.checkpoint.errors import CheckpointMismatchError
from runtime_kit.checkpoint.read.restored import Restored
from runtime_kit.checkpoint.state.rng import RngState

from .callback_session import CallbackSession, State


class RuntimeKitCheckpoint(keras.callbacks.Callback):
    """Saves what ``fit`` trains and makes the next ``fit`` go on from the newest good checkpoint.

    Arguments as for :class:`runtime_kit.Run`. With the torch backend it saves and resumes inside
    epochs, bit for bit; with the others, whose ``fit`` keeps the weights to itself during an epoch,
    at the ends of epochs. Saved are all variables of the model (weights, seed generators), its
    optimizer and its metrics as arrays, and the global random generators. Put it last in the list.

    What other callbacks count (patience of EarlyStopping) begins anew, as Keras has no state for
    it; so does what a generator or ``tf.data`` pipeline draws from generators of its own.
    """

    def __init__(self, name: str, folder: Any = None, **options: Any) -> None:
        super().__init__()
        self._session = CallbackSession(name, folder, **options)
        self._inside = keras.backend.backend() == "torch"
        self._step = self._epoch = self._batch = 0
        self._skip = 0
        self._restored: Restored | None = None
        self._rng = RngState()

    @property
    def resumed_from(self) -> int | None:
        """The step this fit was resumed from; None for a fresh one."""
        return self._restored.checkpoint.step if self._restored else None

    def on_train_begin(self, logs: Any = None) -> None:
        self._step = self._epoch = self._batch = self._skip = 0
        self._restored = self._session.restore()
        if self._restored is not None:
            found = self._restored.checkpoint
            self._step, self._epoch, self._skip = found.step, found.epoch, found.batch
            self._load(self._restored)
            # What fit() reads next; BackupAndRestore of Keras itself has no other way either.
            self.model._initial_epoch = found.epoch
        self._session.begin(self._step, self._state())

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch, self._batch = epoch, 0
        body = self._restored.body if self._restored else {}
        if epoch == body.get("epoch"):
            RngState.from_json(body.get("epoch_rng") or body["rng"]).apply()
        self._epoch_rng = RngState.capture()
        if self._skip:
            self._train_function = self.model.train_function
            self.model.train_function = self._pass_batch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._skip:
            self._batch += 1
            if self._batch == self._skip:
                self._arrive()
            return
        self._step += batch + 1 - self._batch
        self._batch = batch + 1
        self._rng = RngState.capture()
        if self._inside:
            self._session.boundary(self._step, self._state)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._inside and self._batch and self._session.stopping:
            self._session.boundary(self._step, self._validating, measure=False)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._epoch, self._batch = epoch + 1, 0
        self._rng = RngState.capture()
        self._session.log(self._step, epoch, logs or {})
        self._session.boundary(self._step, self._state, measure=False, wanted=not self._inside)

    def on_train_end(self, logs: Any = None) -> None:
        self.model._initial_epoch = None  # a further fit() of this model begins where it is told
        self._session.finish(self._step, self._state)

    def close(self) -> None:
        """Give the run free after an error in ``fit``, without waiting for the mirror."""
        self._session.close()

    # -- state

    def _state(self) -> State:
        objects = {
            "model": _arrays(self.model.variables),
            "metrics": _arrays(self.model.metrics_variables),
        }
        if self.model.optimizer is not None:
            objects["optimizer"] = _arrays(self.model.optimizer.variables)
        about: dict[str, Any] = {"epoch": self._epoch, "batch": self._batch}
        about["rng"] = self._rng.to_json()
        if self._batch:
            about["epoch_rng"] = self._epoch_rng.to_json()
        return objects, about

    def _validating(self) -> State:
        """During validation the metrics are those of the validation."""
        objects, about = self._state()
        objects.pop("metrics")
        return objects, about

    def _load(self, restored: Restored) -> None:
        state = restored.state
        parts = {"model": self.model.variables}
        if self.model.optimizer is not None:
            parts["optimizer"] = self.model.optimizer.variables
        for role, variables in parts.items():
            saved = state.get(role)
            shapes = [tuple(variable.shape) for variable in variables]
            if saved is None or [tuple(array.shape) for array in saved] != shapes:
                raise CheckpointMismatchError(
                    f"Can't load step {restored.checkpoint.step}: it does not match "
                    f"this {role}. Build and compile it as when the run started, or "
                    "use another run name."
                )
            _assign(variables, saved)

    def _pass_batch(self, *arguments: Any) -> dict[str, Any]:
        """Stands in for the train function: the batch was trained before the checkpoint."""
        return {}

    def _arrive(self) -> None:
        """At the batch of the checkpoint: go on as if nothing had been."""
        assert self._restored is not None
        self.model.train_function = self._train_function
        _assign(self.model.metrics_variables, self._restored.state.get("metrics", []))
        self._skip = 0
        self._rng = RngState.from_json(self._restored.body["rng"])
        self._rng.apply()


def _arrays(variables: Any) -> list[Any]:
    return [numpy.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def _assign(variables: Any, arrays: Any) -> None:
    for variable, array in zip(variables, arrays, strict=False):
        variable.assign(array)
