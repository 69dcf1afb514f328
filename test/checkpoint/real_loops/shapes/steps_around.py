"""Steps that are numbered once more, beside a loader that goes round."""

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


seen = []
endless = run.cycle(loader)
for number, (step, x) in enumerate(zip(run.steps(3, 14), endless)):
    seen.append((number, step, fit(x * (number + 1))))
run.finish()
