"""A generator that trains and hands out what it finds, and the loop over it."""

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


def training(epochs):
    seen = 0
    for epoch in run.epochs(epochs):
        total = 0.0
        for x in run.batches(loader):
            value = fit(x)
            seen += len(x)
            total += value
            yield epoch, seen, value
        yield epoch, "end", total


records, best = [], 9.0
for record in training(3):
    records.append(record)
    if record[1] != "end":
        best = min(best, record[2])
run.finish()
