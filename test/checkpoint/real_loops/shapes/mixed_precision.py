"""Mixed precision: a scaler, autocast, accumulation, clipping, OneCycleLR."""

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


scaler = torch.amp.GradScaler("cpu", init_scale=128.0, growth_interval=3)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.05, epochs=3, steps_per_epoch=4)
run.track(scaler=scaler, scheduler=scheduler)
history, norm = [], None
for epoch in run.epochs(3):
    epoch_loss = torch.zeros(1)
    for step, x in enumerate(run.batches(loader)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = (model(x) - 1).square().mean() / 2
        scaler.scale(loss).backward()
        if (step + 1) % 3 == 0 or step + 1 == len(loader):
            scaler.unscale_(optimizer)
            norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad(set_to_none=True)
        scheduler.step()
        epoch_loss += loss.detach()
    history.append((epoch_loss.item(), float(norm), scaler.get_scale()))
del loss
run.finish()
