"""HF Trainer: ``trainer.train(resume_from_checkpoint=callback.resume(trainer))``."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainerCallback

from runtime_kit.checkpoint.errors import CheckpointError, CheckpointMismatchError
from runtime_kit.checkpoint.read.restored import Restored
from runtime_kit.checkpoint.state.rng import RngState

from .callback_session import CallbackSession, State


class RuntimeKitCallback(TrainerCallback):
    """Saves what a ``Trainer`` trains and gives it the newest good checkpoint to resume from.

    >>> callback = RuntimeKitCallback("bert", mirror=DRIVE / "runs")    # doctest: +SKIP
    >>> trainer = Trainer(..., args=TrainingArguments(save_strategy="no"), callbacks=[callback])
    >>> trainer.train(resume_from_checkpoint=callback.resume(trainer))

    Arguments as for :class:`runtime_kit.Run`. Steps are optimizer steps; a save is made before the
    next one begins, after logging and evaluation. Weights, optimizer, scheduler, random draws and
    the order of samples resume bit for bit; random augmentation inside the dataset does not, as
    Trainer reads a batch ahead. The loss since the last log is not kept, and an evaluation that was
    stopped is not made again.
    One process only: for several ranks use Trainer's own checkpoints.
    """

    def __init__(self, name: str, folder: Any = None, **options: Any) -> None:
        self._session = CallbackSession(name, folder, **options)
        self._trainer: Trainer | None = None
        self._handed: Path | None = None
        self._restored: Restored | None = None
        self._epoch_rng = RngState()

    @property
    def resumed_from(self) -> int | None:
        """The step that was handed to the Trainer; None for a fresh run."""
        return self._restored.checkpoint.step if self._restored else None

    def resume(self, trainer: Trainer) -> str | None:
        """The newest good checkpoint as a folder that Trainer reads; None for a fresh run.

        The folder is a temporary copy on this machine, deleted when training has begun.
        """
        if trainer.args.world_size > 1:
            raise CheckpointError("RuntimeKitCallback is for one process, not for several ranks.")
        self._trainer = trainer
        self._restored = self._session.restore()
        if self._restored is None:
            return None
        _check(self._restored, trainer)
        self._handed = Path(tempfile.mkdtemp(prefix="runtime-kit-"))
        _write(self._restored, self._handed)
        return str(self._handed)

    # -- Trainer's events

    def on_train_begin(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        if self._trainer is None:
            raise CheckpointError(
                "Start with "
                "trainer.train(resume_from_checkpoint=callback.resume(trainer)), so "
                "that training resumes where it stopped."
            )
        if self._restored is not None and state.global_step != self._restored.checkpoint.step:
            raise CheckpointError(
                f"Training starts at step {state.global_step} instead of step "
                f"{self.resumed_from}. Pass "
                "resume_from_checkpoint=callback.resume(trainer)."
            )
        self._parts, self._state = parts, state
        self._session.begin(state.global_step, self._now())

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        self._epoch_rng = RngState.capture()

    def on_step_begin(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        self._drop_handed()  # its random state is read when the first batch is there
        if state.global_step:
            self._session.boundary(state.global_step, self._with_batch)

    def on_step_end(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        self._boundary_if_stopping()

    def on_prediction_step(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        if self._trainer is not None and self._trainer.is_in_train:
            self._boundary_if_stopping()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **parts: Any) -> None:
        self._session.log(state.global_step, int(state.epoch or 0), logs or {})

    def on_train_end(self, args: Any, state: Any, control: Any, **parts: Any) -> None:
        self._drop_handed()
        self._session.finish(state.global_step, self._now)
        self._trainer = None

    def close(self) -> None:
        """Give the run free after an error in ``train``, without waiting for the mirror."""
        self._drop_handed()
        self._session.close()

    # -- state

    def _boundary_if_stopping(self) -> None:
        if self._session.stopping and self._state.global_step:
            self._session.boundary(self._state.global_step, self._now, measure=False)

    def _with_batch(self) -> State:
        """When the batches of the next step are there already. At an epoch's begin Trainer draws
        them after it has set the random state, within an epoch before."""
        objects, about = self._now()
        if about["batch"] == 0:
            about["rng"] = self._epoch_rng.to_json()
        return objects, about

    def _now(self) -> State:
        assert self._trainer is not None
        parts, state = self._parts, self._state
        objects = {
            "model": parts["model"],
            "optimizer": parts["optimizer"].state_dict(),
            "scheduler": parts["lr_scheduler"].state_dict(),
        }
        scaler = getattr(self._trainer.accelerator, "scaler", None)
        if scaler is not None:
            objects["scaler"] = scaler.state_dict()
        accumulate = self._trainer.args.gradient_accumulation_steps
        try:
            steps = -(-len(parts["train_dataloader"]) // accumulate)
        except TypeError:  # a stream: all of it is one epoch
            steps = state.max_steps
        about = {
            "epoch": state.global_step // max(1, steps),
            "batch": state.global_step % max(1, steps) * accumulate,
            "rng": RngState.capture().to_json(),
            "trainer": _trainer_state(state),
        }
        return objects, about

    def _drop_handed(self) -> None:
        if self._handed is not None:
            shutil.rmtree(self._handed, ignore_errors=True)
            self._handed = None


def _trainer_state(state: Any) -> dict[str, Any]:
    """trainer_state.json as JSON values; a NaN in the log becomes null."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trainer_state.json"
        state.save_to_json(str(path))
        text = path.read_text(encoding="utf-8")
    return dict(json.loads(text, parse_constant=lambda _: None))


def _check(restored: Restored, trainer: Trainer) -> None:
    """Trainer loads what fits and leaves the rest as it is; here that is an error."""
    model: Any = trainer.model
    want = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    have = {name: tuple(value.shape) for name, value in restored.state.get("model", {}).items()}
    wrong = sorted(name for name in want.keys() | have if want.get(name) != have.get(name))
    if wrong or "trainer" not in restored.body:
        what = f"{wrong[0]!r} of the model" if wrong else "a Trainer: another loop wrote it"
        raise CheckpointMismatchError(
            f"Can't load step {restored.checkpoint.step}: it does not match {what}. "
            "Build the model as when the run started, or use another run name."
        )


def _write(restored: Restored, folder: Path) -> None:
    """The files that Trainer resumes from, made of verified plain state."""
    state = restored.state
    files = {"pytorch_model.bin": "model", "optimizer.pt": "optimizer"}
    files |= {"scheduler.pt": "scheduler", "scaler.pt": "scaler"}
    for file, role in files.items():
        if role in state:
            torch.save(dict(state[role]), folder / file)
    rng = RngState.from_json(restored.body["rng"])
    saved = {"python": rng.python, "numpy": rng.numpy, "cpu": rng.torch}
    if rng.cuda:
        saved["cuda"] = rng.cuda[0]
    torch.save(saved, folder / "rng_state.pth")
    text = json.dumps(restored.body["trainer"])
    (folder / "trainer_state.json").write_text(text, encoding="utf-8")
