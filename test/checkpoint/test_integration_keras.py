"""The Keras 3 callback, with the torch backend."""

import os
import random

import pytest
from frameworks import RUN, SKIP, Cases, Checks
from tiny import digest

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras", reason=f"keras {SKIP}")
np = pytest.importorskip("numpy", reason="NumPy is not installed")
if keras.backend.backend() != "torch":
    pytest.skip("KERAS_BACKEND is not torch here", allow_module_level=True)

pytestmark = pytest.mark.nightly
X = np.arange(120, dtype="float32").reshape(40, 3) / 120


class OnStep(keras.callbacks.Callback):
    def __init__(self, on_step, on_validation):
        super().__init__()
        self.on_step, self.on_validation, self.steps = on_step, on_validation, 0

    def on_test_batch_begin(self, batch, logs=None):
        if batch == 1 and self.steps:
            self.on_validation(self.steps)

    def on_train_batch_begin(self, batch, logs=None):
        if self.model.train_function.__name__ != "_pass_batch":
            self.steps += 1
            self.on_step(self.steps)


def train(
    folder,
    *,
    on_step=lambda step: None,
    on_validation=lambda step: None,
    every=1,
    mirror=None,
    units=4,
):
    from runtime_kit.checkpoint.integrations.keras import RuntimeKitCheckpoint

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(units),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    callbacks = [OnStep(on_step, on_validation)]
    if folder is not None:
        callbacks.append(RuntimeKitCheckpoint(RUN, folder, every=every, mirror=mirror))
    told = {"epochs": 3, "batch_size": 8, "verbose": 0, "validation_data": (X, X.sum(1))}
    try:
        history = model.fit(X, X.sum(1), callbacks=callbacks, **told).history
    except BaseException:
        callbacks[-1].close()
        raise
    return {
        "variables": digest([variable.numpy().tolist() for variable in model.variables]),
        "optimizer": digest([variable.numpy().tolist() for variable in model.optimizer.variables]),
        "draws": [np.random.rand(), random.random()],
        "losses": [history["loss"][-1], history["val_loss"][-1]],
    }


@pytest.fixture
def checks(tmp_path):
    return Checks(train, tmp_path, steps=15, epoch=5)


class TestKeras(Cases):
    pass


def test_another_model_is_refused(checks, tmp_path):
    from runtime_kit.checkpoint import CheckpointMismatchError

    checks.attempt(tmp_path / "runs")
    with pytest.raises(CheckpointMismatchError, match="does not match this model"):
        train(tmp_path / "runs", units=5)
