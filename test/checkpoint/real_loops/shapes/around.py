"""What stands around epochs, steps and batches: numbers, other values, shorter loops."""

import itertools
import sys


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


def doubled(x, n):
    return n, 2 * x


seen = []
for (number, epoch), rate in zip(enumerate(run.epochs(2, 5), 1), [0.1, 0.05, 0.01]):
    optimizer.param_groups[0]["lr"] = rate
    for i, x in zip(range(3), run.batches(loader)):
        seen.append((number, epoch, rate, i, fit(x)))
    for i, x in enumerate(itertools.islice(run.batches(loader), 2)):
        seen.append((i, fit(x)))
    for i, (n, x) in enumerate(map(doubled, run.batches(loader), itertools.count(10))):
        seen.append((i, n, fit(x)))
        if i == epoch - 2:
            break
    seen.append("end")
run.finish()
