"""minGPT's trainer: a class with counters of its own and callbacks."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


class Trainer:
    def __init__(self, model, dataset):
        self.model = model
        self.dataset = dataset
        self.iter_num = 0
        self.losses = []
        self.best = float("inf")
        self.callbacks = [self.on_batch]

    def on_batch(self, trainer):
        if trainer.iter_num % 3 == 0:
            trainer.losses.append((trainer.iter_num, trainer.loss.item()))

    def run(self, folder):
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.02)
        loader = torch.utils.data.DataLoader(self.dataset, batch_size=3, shuffle=True)
        run = Run("r", folder, every=1).track(model=self.model, optimizer=self.optimizer)
        for epoch in run.epochs(2):
            self.model.train()
            self.total = 0.0
            for (x,) in run.batches(loader):
                self.loss = self.model(x).square().mean()
                self.model.zero_grad(set_to_none=True)
                self.loss.backward()
                nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                self.optimizer.step()
                for callback in self.callbacks:
                    callback(self)
                self.iter_num += 1
                self.total += self.loss.item()
            self.best = min(self.best, self.total / self.iter_num)
        run.finish()


model = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.3), nn.Linear(5, 1))
trainer = Trainer(model, torch.utils.data.TensorDataset(torch.randn(13, 3)))
trainer.run(sys.argv[1])
best, losses, count = trainer.best, trainer.losses, trainer.iter_num
