"""The Lightning 2 callback."""

import logging
import random

import pytest
from frameworks import RUN, SKIP, Cases, Checks, stop_at
from tiny import digest

L = pytest.importorskip("lightning.pytorch", reason=f"lightning {SKIP}")
np = pytest.importorskip("numpy", reason="NumPy is not installed")
torch = pytest.importorskip("torch", reason="PyTorch is not installed")

pytestmark = [pytest.mark.nightly, pytest.mark.filterwarnings("ignore")]


class Noisy(torch.utils.data.Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        return torch.full((3,), index / 20) + torch.rand(3) * 0.1 + np.random.rand() * 0.1


class Net(L.LightningModule):
    def __init__(self, on_step, on_validation):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(3, 4), torch.nn.Dropout(0.3), torch.nn.Linear(4, 1)
        )
        self.on_step, self.on_validation, self.steps = on_step, on_validation, 0
        self.save_hyperparameters()  # a function among them is nobody's problem

    def training_step(self, batch, index):
        self.steps += 1
        self.on_step(self.steps)
        loss = (self.layers(batch)[:, 0] - batch.sum(1)).square().mean()
        self.log("loss", loss)
        return loss

    def validation_step(self, batch, index):
        if not self.trainer.sanity_checking and index == 2:
            self.on_validation(self.steps)
        self.log("val_loss", self.layers(batch).mean())

    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=0.1)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.7)]


def train(
    folder,
    *,
    on_step=lambda step: None,
    on_validation=lambda step: None,
    every=1,
    mirror=None,
    accumulate=1,
    workers=0,
    validate=True,
    epochs=3,
    ckpt_path=None,
):
    from runtime_kit.checkpoint.integrations.lightning import RuntimeKitCheckpoint

    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    L.seed_everything(3, verbose=False)
    net = Net(on_step, on_validation)
    loader = torch.utils.data.DataLoader(Noisy(), 4, shuffle=True, num_workers=workers)
    best = ("val_loss", "min") if validate else None
    trainer = L.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        accumulate_grad_batches=accumulate,
        enable_checkpointing=folder is not None,
        callbacks=[RuntimeKitCheckpoint(RUN, folder, every=every, mirror=mirror, best=best)]
        if folder is not None
        else [],
    )
    validation = torch.utils.data.DataLoader(Noisy(), 4) if validate else None
    trainer.fit(net, loader, validation, ckpt_path=ckpt_path)
    return {
        "model": digest(net.state_dict()),
        "optimizer": digest(trainer.optimizers[0].state_dict()),
        "scheduler": digest(trainer.lr_scheduler_configs[0].scheduler.state_dict()),
        "draws": [torch.rand(1).item(), np.random.rand(), random.random()],
        "steps": [trainer.global_step, trainer.current_epoch],
    }


@pytest.fixture
def checks(tmp_path):
    return Checks(train, tmp_path, steps=15, epoch=5)


class TestLightning(Cases):
    # Lightning finishes the validation with an iterator of its own, which draws once more.
    validating = {"model", "optimizer", "draws"}  # noqa: RUF012


@pytest.mark.parametrize("options", [{"workers": 2}, {"validate": False}], ids=str)
def test_other_loops(tmp_path, options):
    checks = Checks(lambda *a, **k: train(*a, **k, **options), tmp_path, steps=15, epoch=5)
    checks.equals_the_uninterrupted_training()


def test_saves_between_accumulated_steps_only(tmp_path):
    checks = Checks(lambda *a, **k: train(*a, **k, accumulate=2), tmp_path, steps=15, epoch=5)
    folder = tmp_path / "accumulating"
    checks.attempt(folder, on_step=stop_at(9))
    checks.resumes(folder, 7)  # batch 8 was the first half of a step


def test_a_finished_run_trains_no_further_and_more_epochs_do(checks, tmp_path):
    folder = tmp_path / "longer"
    checks.attempt(folder, epochs=2)
    checks.resumes(folder, 10)
    again = checks.attempt(folder, on_step=stop_at(1))
    assert again.result is not None and again.result["steps"] == [15, 3]
