"""A trainer with callbacks, a logger and batches from a generator method."""

import sys
import torch
from torch import nn
from torch.utils.data import DataLoader
from runtime_kit import Run

torch.manual_seed(0)


class Logger:
    def __init__(self):
        self.rows, self.step, self.buf = [], 0, {}

    def log(self, d, commit=True):
        self.buf.update(d)
        if commit:
            self.rows.append((self.step, dict(self.buf)))
            self.step += 1
            self.buf = {}


class Callback:
    def on_batch_end(self, t):
        pass

    def on_epoch_end(self, t):
        pass


class Ema(Callback):
    def __init__(self, model, d=0.9):
        self.shadow = {n: p.detach().clone() for n, p in model.named_parameters()}
        self.d = d

    def on_batch_end(self, t):
        for n, p in t.model.named_parameters():
            self.shadow[n] = self.d * self.shadow[n] + (1 - self.d) * p.detach()


class Best(Callback):
    def __init__(self):
        self.best, self.tops = None, []

    def on_epoch_end(self, t):
        if self.best is None or t.metric < self.best:
            self.best = t.metric
        self.tops = sorted([*self.tops, t.metric])[:2]


class Trainer:
    def __init__(self, model, loader, run):
        self.model, self.loader, self.run = model, loader, run
        self.opt = torch.optim.AdamW(model.parameters(), 0.01)
        self.sched = torch.optim.lr_scheduler.OneCycleLR(self.opt, 0.05, total_steps=15)
        self.callbacks = [Ema(model), Best()]
        self.logger = Logger()
        self.global_step = 0
        self.accum = 2
        self.metric = None
        run.track(model=model, opt=self.opt, sched=self.sched)

    def hook(self, name):
        for c in self.callbacks:
            getattr(c, name)(self)

    def batches(self):
        for i, x in self.run.enumerate(self.loader):
            yield i, x * 2

    def fit(self, n):
        for self.epoch in self.run.epochs(n):  # noqa: B020
            self.losses = []
            for i, x in self.batches():
                self.training_step(i, x)
            self.metric = sum(self.losses) / len(self.losses)
            self.hook("on_epoch_end")
            self.logger.log({"epoch": self.epoch, "metric": self.metric})

    def training_step(self, i, x):
        loss = (self.model(x) - 1).pow(2).mean() / self.accum
        loss.backward()
        if (i + 1) % self.accum == 0 or i + 1 == len(self.loader):
            self.opt.step()
            self.sched.step()
            self.opt.zero_grad(set_to_none=True)
            self.global_step += 1
        self.losses.append(loss.item())
        self.hook("on_batch_end")
        self.logger.log({"loss": loss.item()}, commit=i % 2 == 0)


trainer = Trainer(
    nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.2), nn.Linear(4, 1)),
    DataLoader(torch.randn(10, 3), 2, shuffle=True),
    Run("r", sys.argv[1], every=1),
)
trainer.fit(3)
rows, shadow, tops, gs = (
    trainer.logger.rows,
    trainer.callbacks[0].shadow,
    trainer.callbacks[1].tops,
    trainer.global_step,
)
trainer.run.finish()
