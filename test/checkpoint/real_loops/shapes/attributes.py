"""Counters as attributes of classes and functions, and in what is handed to helpers."""

import sys
from typing import ClassVar

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

loader = torch.utils.data.DataLoader(torch.randn(12, 3), batch_size=3, shuffle=True)
model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.2), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)


def fit(x):
    loss = (model(x) - 1).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


class Stats:
    steps = 0
    values: ClassVar = []

    @classmethod
    def add(cls, value):
        cls.steps += 1
        cls.values.append(value)


class Meter:
    def __init__(self):
        self.sum, self.n = 0.0, 0


def step(x):
    step.calls += 1
    return fit(x)


def log(target, value):
    target.append(value)


def count(counts, key):
    counts[key] = counts.get(key, 0) + 1


def update(target, value):
    target.sum += value
    target.n += 1


def train(epochs):
    for epoch in run.epochs(epochs):
        for x in run.batches(loader):
            value = step(x)
            Stats.add(value)
            log(history, value)
            count(per_epoch, epoch)
            update(meter, value)


step.calls = 0
history, per_epoch, meter = [], {}, Meter()
train(3)
end = (Stats.steps, list(Stats.values), step.calls)
run.finish()
