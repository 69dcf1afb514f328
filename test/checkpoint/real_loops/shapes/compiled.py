"""torch.compile around the model and around a function with the step."""

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


compiled = torch.compile(model, backend="eager")
run.track(model=compiled)


@torch.compile(backend="eager")
def loss_of(x):
    return (compiled(x) - 1).square().mean()


total = torch.zeros(())
losses = []
for epoch in run.epochs(3):
    for x in run.batches(loader):
        loss = loss_of(x)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.detach()
    losses.append(total.item())
run.finish()
