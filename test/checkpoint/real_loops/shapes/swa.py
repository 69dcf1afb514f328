"""Stochastic weight averaging in the second half, with the statistics of BatchNorm after it."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

from torch.optim.swa_utils import SWALR, AveragedModel, update_bn

data = torch.utils.data.TensorDataset(torch.randn(12, 3))
loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Dropout(0.3), nn.Linear(5, 1))
swa_model = AveragedModel(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
swa_scheduler = SWALR(optimizer, swa_lr=0.05, anneal_epochs=2)
run = Run("r", sys.argv[1], every=1)
run.track(
    model=model,
    swa=swa_model,
    optimizer=optimizer,
    scheduler=scheduler,
    swa_scheduler=swa_scheduler,
)
losses = []
for epoch in run.epochs(4):
    for (x,) in run.batches(loader):
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
    losses.append(loss.item())
    if epoch >= 2:
        swa_model.update_parameters(model)
        swa_scheduler.step()
    else:
        scheduler.step()
run.finish()
update_bn(loader, swa_model)
