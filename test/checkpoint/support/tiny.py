"""A small training in which everything that can make a resume inexact takes part."""

from __future__ import annotations

import hashlib
import random

import numpy as np
import torch

from runtime_kit import Run

NAMES = ("model", "optimizer", "scheduler", "ema")


class Noisy(torch.utils.data.Dataset):
    """Augments with all three global generators, in the worker where there is one."""

    def __init__(self, length: int = 20) -> None:
        self.length = length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int):
        noise = torch.rand(4) * 0.1 + random.random() * 0.1 + np.random.rand() * 0.1
        return torch.full((4,), float(index)) + noise, torch.tensor(index % 2)


class Stopped(Exception):
    """The training was to stop here."""


class Tiny:
    """Model, optimizer, scheduler, EMA and loader, all from fixed seeds."""

    def __init__(self, *, workers=0, shuffle=True, width=8, accumulate=1, generator=False) -> None:
        torch.manual_seed(0), random.seed(0), np.random.seed(0)
        self.accumulate = accumulate
        self.model = torch.nn.Sequential(
            torch.nn.Linear(4, width),
            torch.nn.BatchNorm1d(width),
            torch.nn.Dropout(0.3),
            torch.nn.Linear(width, 2),
        )
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.01)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, 1, 0.5)
        self.ema = torch.optim.swa_utils.AveragedModel(
            self.model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)
        )
        own = torch.Generator().manual_seed(5) if generator else None
        self.loader = torch.utils.data.DataLoader(
            Noisy(), batch_size=4, shuffle=shuffle, num_workers=workers, generator=own
        )
        self.samples: list[tuple[int, float]] = []
        self.logged: list[float] = []

    def objects(self, omit: str = "") -> dict:
        return {name: getattr(self, name) for name in NAMES if name != omit}

    def step(self, index: int, x, y) -> None:
        loss = torch.nn.functional.cross_entropy(self.model(x), y) / self.accumulate
        loss.backward()
        if (index + 1) % self.accumulate == 0:
            self.optimizer.step()
            self.optimizer.zero_grad()
            self.ema.update_parameters(self.model)

    def train(self, run: Run, epochs: int = 3, on_step=lambda step: None) -> None:
        for _ in run.epochs(epochs):
            for x, y in run.batches(self.loader):
                self.step(run.step, x, y)
                self.samples.append((run.step, float(x.sum())))
                on_step(run.step)
            self.scheduler.step()
            self.logged.append(random.random())
            run.log(draw=self.logged[-1])

    def result(self) -> dict[str, str]:
        """Digests of everything that has to come out equal."""
        draws = [torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()]
        return {
            "model": digest(self.model.state_dict()),
            "optimizer": digest(self.optimizer.state_dict()),
            "scheduler": digest(self.scheduler.state_dict()),
            "ema": digest(self.ema.state_dict()),
            "draws": digest(draws),
        }


def digest(value) -> str:
    """SHA-256 over all bits of nested state."""
    sha = hashlib.sha256()

    def feed(item) -> None:
        if isinstance(item, torch.Tensor):
            sha.update(str((item.dtype, tuple(item.shape))).encode())
            sha.update(item.detach().cpu().contiguous().numpy().tobytes())
        elif isinstance(item, dict):
            for key in item:
                feed(str(key))
                feed(item[key])
        elif isinstance(item, (list, tuple)):
            for part in item:
                feed(part)
        else:
            sha.update(repr(item).encode())

    feed(value)
    return sha.hexdigest()


def train(folder, *, stop=None, every=1, omit="", epochs=3, keep=2, **options) -> Tiny:
    """One attempt: resume, train, and finish or stop after ``stop`` steps as a crash would."""
    tiny = Tiny(**options)
    run = Run("tiny", folder, every=every, keep=keep)
    run.track(**tiny.objects(omit))
    done = 0

    def on_step(step: int) -> None:
        nonlocal done
        done += 1
        if done == stop:
            raise Stopped

    try:
        tiny.train(run, epochs, on_step)
        run.finish()
    except Stopped:
        run.manager.close()
    return tiny
