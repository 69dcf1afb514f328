"""The HF Trainer callback."""

import random
import tempfile
from pathlib import Path

import pytest
from frameworks import RUN, SKIP, Cases, Checks
from tiny import digest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
np = pytest.importorskip("numpy", reason="NumPy is not installed")
pytest.importorskip("accelerate", reason=f"accelerate {SKIP}")
transformers = pytest.importorskip("transformers", reason=f"transformers {SKIP}")

pytestmark = pytest.mark.nightly
DATA = [{"x": torch.arange(3.0) + i, "labels": torch.tensor(float(i))} for i in range(20)]


class Net(torch.nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(3, width), torch.nn.Dropout(0.3), torch.nn.Linear(width, 1)
        )

    def forward(self, x, labels):
        found = self.layers(x)[:, 0]
        return {"loss": (found - labels).square().mean(), "logits": found}


class OnStep(transformers.TrainerCallback):
    def __init__(self, on_step, on_validation):
        self.on_step, self.on_validation, self.steps = on_step, on_validation, 0

    def on_prediction_step(self, *_, **__):
        self.on_validation(self.steps)

    def on_pre_optimizer_step(self, *_, **__):
        self.steps += 1
        self.on_step(self.steps)


def train(
    folder,
    *,
    on_step=lambda step: None,
    on_validation=lambda step: None,
    every=1,
    mirror=None,
    accumulate=1,
    width=4,
    resume=True,
):
    from runtime_kit.checkpoint.integrations.transformers import RuntimeKitCallback

    transformers.set_seed(3)
    with tempfile.TemporaryDirectory() as output:
        arguments = transformers.TrainingArguments(
            output,
            num_train_epochs=3,
            per_device_train_batch_size=4,
            gradient_accumulation_steps=accumulate,
            learning_rate=0.1,
            eval_strategy="epoch",
            logging_steps=2,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = transformers.Trainer(
            Net(width), arguments, train_dataset=DATA, eval_dataset=DATA[:8]
        )
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.add_callback(OnStep(on_step, on_validation))
        if folder is None:
            trainer.train()
        else:
            callback = RuntimeKitCallback(RUN, folder, every=every, mirror=mirror)
            trainer.add_callback(callback)
            try:
                found = callback.resume(trainer) if resume else None
                trainer.train(resume_from_checkpoint=found)
                assert found is None or not Path(found).exists()
            except BaseException:
                callback.close()
                raise
    return {
        "model": digest(trainer.model.state_dict()),
        "optimizer": digest(trainer.optimizer.state_dict()["state"]),
        "scheduler": digest(trainer.lr_scheduler.state_dict()),
        "draws": [torch.rand(1).item(), np.random.rand(), random.random()],
        "steps": [trainer.state.global_step, trainer.state.epoch],
        "evaluations": [x["eval_loss"] for x in trainer.state.log_history if "eval_loss" in x],
    }


@pytest.fixture
def checks(tmp_path):
    return Checks(train, tmp_path, steps=15, epoch=5)


class TestTrainer(Cases):
    # Trainer does not evaluate again at the step that it resumes from.
    validating = {"evaluations"}  # noqa: RUF012


def test_accumulated_gradients(tmp_path):
    checks = Checks(lambda *a, **k: train(*a, **k, accumulate=2), tmp_path, steps=9, epoch=3)
    checks.equals_the_uninterrupted_training()


def test_does_not_start_silently_afresh_or_from_another_model(checks, tmp_path):
    from runtime_kit.checkpoint import CheckpointError, CheckpointMismatchError

    checks.attempt(tmp_path / "runs")
    with pytest.raises(CheckpointError, match=r"resume_from_checkpoint=callback.resume\(trainer\)"):
        train(tmp_path / "runs", resume=False)
    with pytest.raises(CheckpointMismatchError, match=r"does not match 'layers\.0\.bias'"):
        train(tmp_path / "runs", width=5)
