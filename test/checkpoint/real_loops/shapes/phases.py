"""Two phases of fine-tuning: a part is frozen first, then all is trained with a lower rate."""

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
losses = []
best = 9.0


def train(epoch):
    total = 0.0
    for (x,) in run.batches(loader):
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        total += loss.item()
    losses.append((epoch, total))
    return total


model[0].requires_grad_(False)
for epoch in run.epochs(2):
    best = min(best, train(epoch))
model[0].requires_grad_(True)
for group in optimizer.param_groups:
    group["lr"] = 0.001
for epoch in run.epochs(2, 4):
    best = min(best, train(epoch))
run.finish()
