"""Layers that are unfrozen in the middle: parameter groups that the loop adds."""

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


for parameter in model[0].parameters():
    parameter.requires_grad_(False)
optimizer = torch.optim.SGD(model[2].parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.9)
run.track(optimizer=optimizer, scheduler=scheduler)
history = []
for epoch in run.epochs(4):
    if epoch == 1:
        model[0].weight.requires_grad_(True)
        optimizer.add_param_group({"params": [model[0].weight], "lr": 0.01})
    for x in run.batches(loader):
        history.append(fit(x))
    scheduler.step()
    if epoch == 2:
        model[0].bias.requires_grad_(True)
        optimizer.add_param_group({"params": [model[0].bias], "lr": 0.02})
history.append(len(optimizer.param_groups))
run.finish()
