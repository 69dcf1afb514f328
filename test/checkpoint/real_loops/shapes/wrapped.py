"""A generator of one's own around the batches, and a number around that."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

loader = torch.utils.data.DataLoader(torch.arange(10.0), batch_size=2, shuffle=True)
w = nn.Parameter(torch.zeros(2))
optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
run = Run("r", sys.argv[1], every=1).track(optimizer=optimizer, weight={"w": w.data})


def on_device():
    moved = 0
    for x in run.batches(loader):
        moved += 1
        yield moved, x * 2


seen = []
for epoch in run.epochs(3):
    for i, (moved, x) in enumerate(on_device()):
        optimizer.zero_grad()
        loss = (w * x.mean()).sum() + torch.rand(2).sum()
        loss.backward()
        optimizer.step()
        seen.append((epoch, i, moved, loss.item()))
run.finish()
