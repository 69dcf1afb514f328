"""A range of one's own, with counters that go on over epochs."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.utils.data.TensorDataset(torch.randn(12, 3))
loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
model = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.3), nn.Linear(5, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
losses, best, step = [], 9.0, 0
for epoch in range(3):
    total, n = 0.0, 0
    for i, (x,) in enumerate(run.batches(loader)):
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        total += loss.item()
        n += 1
        step += i
    losses.append((epoch, total / n, step))
    best = min(best, total / n)
run.finish()
