"""LBFGS: a closure that counts its calls, in a loop over steps."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.randn(12, 3)
model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).double()
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=4, history_size=5)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
calls, shown = [0], []
for step in run.steps(6):

    def closure():
        optimizer.zero_grad()
        loss = (model(data.double()) - data.double().sum(1, keepdim=True)).square().mean()
        loss.backward()
        calls[0] += 1
        return loss

    value = optimizer.step(closure)
    shown.append((step, value.item(), calls[0]))
run.finish()
