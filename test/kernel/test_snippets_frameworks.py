"""Checkpoint & resume of the frameworks, in kernels that are killed without a word."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from kernel_client import ROOT
from kernels import SnippetKernel, error_of, snippet_kernel
from kernels import kernel_pythons as pythons
from polling import eventually

from runtime_kit.snippets import find_snippet, render_snippet

pytestmark = pytest.mark.nightly
SKIP = "is not installed: pip install --group frameworks -c constraints/ci.txt"

KERAS = """
import keras, numpy as np
keras.utils.set_random_seed(1)
x = np.random.rand(64, 4).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dropout(0.3),
                          keras.layers.Dense(1)])
model.compile("adam", "mse")
class Tell(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        print(f"<epoch {epoch}>", flush=True)
        import time
        if epoch == PAUSE: time.sleep(600)
def digest():
    return [float(np.abs(w).sum()) for w in model.get_weights()]
"""
KERAS_TRAIN = (
    "model.fit(x, x.sum(1), epochs=4, batch_size=8, verbose=0, callbacks=[Tell(), checkpoint])"
)

JAX = """
import time, numpy as np, jax, jax.numpy as jnp
np.random.seed(1)
x = np.random.rand(64, 4).astype("float32")
state = {"params": [jnp.ones((4, 1)), jnp.zeros(1, jnp.bfloat16)], "key": jax.random.key(0), "n": 0}
@jax.jit
def step(params, key, x, y):
    def loss(params):
        keep = jax.random.bernoulli(key, 0.7, x.shape)
        return jnp.mean((x * keep @ params[0] + params[1] - y) ** 2)
    return jax.tree.map(lambda p, g: (p - 0.1 * g).astype(p.dtype), params, jax.grad(loss)(params))
def digest():
    return [float(jnp.abs(p).sum()) for p in state["params"]] + [
        state["n"], jax.random.key_data(state["key"]).tolist()]
"""
JAX_TRAIN = """
for epoch in run.epochs(4):
    print(f"<epoch {epoch}>", flush=True)
    if epoch == PAUSE: time.sleep(600)
    order = np.random.permutation(64)
    for rows in order.reshape(8, 8):
        state["key"], key = jax.random.split(state["key"])
        state["params"] = step(state["params"], key, x[rows], x[rows].sum(1, keepdims=True))
        state["n"] += 1
"""

LIGHTNING = """
import lightning, torch, time, logging, warnings
warnings.filterwarnings("ignore"); logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
lightning.seed_everything(1, verbose=False)
class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        layers = torch.nn.Linear(4, 8), torch.nn.Dropout(0.3), torch.nn.Linear(8, 1)
        self.net = torch.nn.Sequential(*layers)
    def training_step(self, batch, index):
        return torch.nn.functional.mse_loss(self.net(batch[0]), batch[0].sum(1, keepdim=True))
    def on_train_epoch_start(self):
        print(f"<epoch {self.current_epoch}>", flush=True)
        if self.current_epoch == PAUSE: time.sleep(600)
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())
module = Module()
data = torch.utils.data.TensorDataset(torch.rand(64, 4, generator=torch.Generator().manual_seed(2)))
loader = torch.utils.data.DataLoader(data, 8, shuffle=True)
def digest():
    return [float(p.detach().abs().sum()) for p in module.parameters()]
"""
LIGHTNING_TRAIN = """
lightning.Trainer(max_epochs=4, callbacks=[checkpoint], logger=False, accelerator="cpu",
    enable_progress_bar=False, enable_model_summary=False).fit(module, loader)
"""

HF = """
import torch, time, transformers
transformers.set_seed(1)
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        layers = torch.nn.Linear(4, 8), torch.nn.Dropout(0.3), torch.nn.Linear(8, 1)
        self.net = torch.nn.Sequential(*layers)
    def forward(self, x=None, labels=None):
        return {"loss": torch.nn.functional.mse_loss(self.net(x), labels)}
class Tell(transformers.TrainerCallback):
    def on_epoch_begin(self, args, state, control, **parts):
        print(f"<epoch {round(state.epoch or 0)}>", flush=True)
        if round(state.epoch or 0) == PAUSE: time.sleep(600)
model = Model()
x = torch.rand(64, 4, generator=torch.Generator().manual_seed(2))
rows = [{"x": row, "labels": row.sum(0, keepdim=True)} for row in x]
arguments = transformers.TrainingArguments("out", num_train_epochs=4, per_device_train_batch_size=8,
    save_strategy="no", report_to=[], disable_tqdm=True, use_cpu=True, logging_strategy="no")
trainer = transformers.Trainer(model, arguments, train_dataset=rows, callbacks=[Tell()])
def digest():
    return [float(p.detach().abs().sum()) for p in model.parameters()]
"""
HF_TRAIN = "trainer.train(resume_from_checkpoint=checkpoint.resume(trainer))"

CASES = {
    ("checkpoint-resume-keras", "standalone"): ("keras", KERAS, KERAS_TRAIN),
    ("checkpoint-resume-keras", "library"): ("keras", KERAS, KERAS_TRAIN),
    ("checkpoint-resume-jax", "standalone"): ("jax", JAX, JAX_TRAIN),
    ("checkpoint-resume-lightning", "library"): ("lightning", LIGHTNING, LIGHTNING_TRAIN),
    ("checkpoint-resume-hf-trainer", "library"): ("transformers", HF, HF_TRAIN),
}


def need(package: str) -> None:
    """Without importing it: Keras fails where its default backend is missing."""
    if find_spec(package) is None:
        pytest.skip(f"{package} {SKIP}")


def insert(kernel: SnippetKernel, snippet_id: str, form: str, **values: Any) -> str:
    snippet = find_snippet(snippet_id, form)
    assert snippet is not None
    cells = render_snippet(snippet, values)
    return "".join(kernel.must(cell.source) for cell in cells if cell.cell_type == "code")


def train(
    python: Path, folder: Path, runs: Path, case: tuple[str, str], pause: int = -1
) -> tuple[str, str]:
    """What it printed, and its result; with `pause` it is killed in that epoch instead."""
    _, setup, loop = CASES[case]
    environ = {"KERAS_BACKEND": "torch", "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": ""}
    with snippet_kernel(python, folder, **environ) as kernel:
        kernel.must(f"PAUSE = {pause}")
        kernel.must(setup)
        # An epoch has 8 steps.
        values = {"SAVE_EVERY": "8"} if case[1] == "library" else {}
        printed = insert(kernel, *case, RUN_FOLDER=str(runs), **values)
        if pause >= 0:
            kernel.begin(loop)
            kernel.wait_for(f"<epoch {pause}>")
            # The library writes in the background.
            eventually(lambda: list(runs.glob("*/step-*")), "something is saved", 240)
            kernel.kill()
            return printed, ""
        answer = kernel.run(loop)
        assert answer.status == "ok", error_of(answer)
        return printed + answer.text("stdout"), kernel.value("digest()")


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_killed_and_resumed(python: Path, case: tuple[str, str], tmp_path: Path) -> None:
    need(CASES[case][0])
    expected = train(python, tmp_path, tmp_path / "straight", case)[1]
    train(python, tmp_path, tmp_path / "runs", case, pause=2)
    [run] = (tmp_path / "runs").iterdir()
    newest = sorted(run.glob("step-*"))[-1]
    assert json.loads((newest / "COMMIT.json").read_text())["step"] == int(newest.name[5:])
    printed, found = train(python, tmp_path, tmp_path / "runs", case)
    assert "esumed" in printed and "<epoch 2>" in printed
    if case[1] == "standalone":  # epochs are saved as a whole
        assert "<epoch 0>" not in printed and "<epoch 1>" not in printed
    assert found == expected


SKLEARN = """
import numpy as np
from sklearn.linear_model import SGDClassifier
x = np.random.RandomState(0).rand(64, 4); y = (x.sum(1) > 2).astype(int)
classes = [0, 1]
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 64, 8)]
model = SGDClassifier(random_state=0)
"""
SKLEARN_TRAIN = """
for epoch in run.epochs(EPOCHS):
    for x_, y_ in run.batches(batches):
        model.partial_fit(x_, y_, classes=classes)
run.finish()
"""


@pytest.mark.parametrize("python", pythons())
def test_sklearn_is_resumed(python: Path, tmp_path: Path) -> None:
    need("sklearn")
    results = []
    for folder, counts in (("straight", [4]), ("twice", [2, 4])):
        for epochs in counts:
            with snippet_kernel(python, tmp_path, PYTHONPATH=str(ROOT)) as kernel:
                kernel.must(f"EPOCHS = {epochs}\n{SKLEARN}")
                where = str(tmp_path / folder)
                printed = insert(kernel, "checkpoint-resume-sklearn", "library", RUN_FOLDER=where)
                assert ("No checkpoint in" in printed) == (epochs != 4 or folder == "straight")
                kernel.must(SKLEARN_TRAIN)
                results.append(kernel.value("model.coef_.tolist()"))
    assert results[0] == results[2] != results[1]


@pytest.mark.parametrize("python", pythons())
def test_keras_forms_resume_each_other(python: Path, tmp_path: Path) -> None:
    need("keras")
    runs = tmp_path / "runs"
    expected = train(python, tmp_path, tmp_path / "s", ("checkpoint-resume-keras", "standalone"))[1]
    train(python, tmp_path, runs, ("checkpoint-resume-keras", "standalone"), pause=2)
    printed, found = train(python, tmp_path, runs, ("checkpoint-resume-keras", "library"))
    assert "<epoch 2>" in printed and "<epoch 1>" not in printed
    assert found == expected


def test_the_cells_that_write_are_the_same() -> None:
    ids = ["checkpoint-resume", "checkpoint-resume-keras", "checkpoint-resume-jax"]
    engines = []
    for snippet_id in ids:
        snippet = find_snippet(snippet_id, "standalone")
        assert snippet is not None
        engines.append([cell for cell in snippet.cells if cell.folded])
    assert len(engines[0]) == 1 and engines[0] == engines[1] == engines[2]


def test_a_missing_variable_is_an_error_in_one_line(tmp_path: Path) -> None:
    need("jax")
    snippet = find_snippet("checkpoint-resume-jax", "standalone")
    assert snippet is not None
    cells = [cell.source for cell in render_snippet(snippet, {}) if cell.cell_type == "code"]
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        for cell in cells[:-1]:
            kernel.must(cell)
        answer = kernel.run(cells[-1])
    message = "no variable 'state': run its cell first, or correct STATE"
    assert error_of(answer) == ("NoVariable", message)
    assert answer.outputs[-1][1]["traceback"] == [f"NameError: {message}"]
    assert not list(tmp_path.glob("runtime-kit-runs"))  # no run was begun


@pytest.mark.parametrize(
    ("snippet_id", "package", "line"),
    [
        ("checkpoint-resume-hf-trainer", "transformers", "TRAINER = trainer"),
        ("checkpoint-resume-sklearn", "sklearn", "ESTIMATOR = model"),
    ],
)
def test_a_missing_object_is_shown_with_its_line(
    tmp_path: Path, snippet_id: str, package: str, line: str
) -> None:
    need(package)
    snippet = find_snippet(snippet_id, "library")
    assert snippet is not None
    *engines, cell = [cell.source for cell in render_snippet(snippet, {})]
    with snippet_kernel(Path(sys.executable), tmp_path, PYTHONPATH=str(ROOT)) as kernel:
        for engine in engines:
            kernel.must(engine)
        answer = kernel.run(cell)
    assert error_of(answer) == ("NameError", f"name {line.split()[-1]!r} is not defined")
    shown = re.sub(r"\x1b\[[\d;]*m", "", "".join(answer.outputs[-1][1]["traceback"]))
    assert line in shown
    assert not list(tmp_path.glob("runtime-kit-runs"))  # no run was begun
