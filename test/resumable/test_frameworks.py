"""Notebooks of frameworks: proposed, applied, killed and resumed, against themselves unchanged."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime_kit.resumable.proposal import apply, propose

pytestmark = pytest.mark.nightly
RUNNER = Path(__file__).parent / "support" / "run_cells.py"

KERAS = [
    """import keras
import numpy as np

keras.utils.set_random_seed(1)
x = np.arange(120, dtype="float32").reshape(40, 3) / 120
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dropout(0.3),
                          keras.layers.Dense(1)])
model.compile("adam", "mse")""",
    "history = model.fit(x, x.sum(1), epochs=3, batch_size=8, verbose=0)",
    "def result():\n    return [weight.tolist() for weight in model.get_weights()]",
]
LIGHTNING = [
    """import torch
import lightning.pytorch as pl


class Net(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)

    def training_step(self, batch, index):
        return (self.layer(torch.nn.functional.dropout(batch, 0.3)) - 1).pow(2).mean()

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)""",
    """pl.seed_everything(1)
loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=4, shuffle=True)
net = Net()
trainer = pl.Trainer(max_epochs=3, accelerator="cpu", logger=False, enable_checkpointing=False,
                     enable_progress_bar=False, enable_model_summary=False)
trainer.fit(net, loader)""",
    "def result():\n    return [parameter.tolist() for parameter in net.parameters()]",
]
TRAINER = [
    """import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments
from transformers import set_seed

set_seed(1)
config = BertConfig(vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
                    intermediate_size=8, max_position_embeddings=8)
model = BertForSequenceClassification(config)
data = [{"input_ids": torch.randint(0, 20, (6,)), "labels": i % 2} for i in range(16)]""",
    """args = TrainingArguments("out", num_train_epochs=2, per_device_train_batch_size=4,
                         use_cpu=True, report_to=[], save_strategy="no", disable_tqdm=True)
trainer = Trainer(model=model, args=args, train_dataset=data)""",
    "trainer.train()",
    "def result():\n    return [parameter.tolist() for parameter in model.parameters()]",
]
NOTEBOOKS = {
    "keras": KERAS,
    "lightning": LIGHTNING,
    "transformers": TRAINER,
}


def run(folder: Path, cells: list[str], kill: str = "") -> tuple[int, str]:
    """Exit status, and what `result()` of the notebook gave."""
    folder.mkdir(exist_ok=True)
    (folder / "cells.json").write_text(json.dumps(cells))
    environment = {
        **os.environ,
        "KERAS_BACKEND": "torch",
        "RUNTIME_KIT_FOLDER": str(folder / "runs"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, str(RUNNER), "cells.json", "result.json", *([kill] if kill else [])]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, -signal.SIGKILL):
        pytest.fail(done.stderr[-3000:])
    result = folder / "result.json"
    return done.returncode, result.read_text() if result.exists() else done.stdout


@pytest.mark.parametrize("framework", NOTEBOOKS)
def test_resumes_after_a_kill(framework: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(framework) is None:
        pytest.skip(f"{framework} is not installed: npm run nightly does so")
    cells = [(str(number), source) for number, source in enumerate(NOTEBOOKS[framework])]
    proposal = propose(cells, name="nb")
    assert proposal["resumable"] and not proposal["why_not"]
    applied = [source for _, source in apply(cells, proposal)]
    original = run(tmp_path / "original", NOTEBOOKS[framework])
    assert run(tmp_path / "killed", applied, kill="4")[0] == -signal.SIGKILL
    assert run(tmp_path / "killed", applied) == original
