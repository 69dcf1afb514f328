"""Generators that change batches, and one that ends the epoch early."""

import sys
import random
import torch
from torch import nn
from torch.utils.data import DataLoader
from runtime_kit import Run

torch.manual_seed(0)


def augment(batches, rng):
    for x in batches:
        if rng.random() < 0.5:
            x = x.flip(1)
        yield x


def prefix(batches, n):
    for i, x in enumerate(batches):
        if i >= n:
            return
        yield x


loader = DataLoader(torch.randn(12, 3), 2, shuffle=True)
model = nn.Linear(3, 1)
opt = torch.optim.Adam(model.parameters(), 0.02)
run = Run("r", sys.argv[1], every=1).track(model=model, opt=opt)
rng, log = random.Random(3), []
for epoch in run.epochs(3):
    for x in prefix(augment(run.batches(loader), rng), 4):
        loss = (model(x) - 1).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        log.append(loss.item())
run.finish()
