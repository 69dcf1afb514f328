"""accelerate: prepared objects, with its accumulation."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

from accelerate import Accelerator

accelerator = Accelerator(cpu=True, gradient_accumulation_steps=2)
data = torch.utils.data.TensorDataset(torch.randn(14, 3))
loader = torch.utils.data.DataLoader(data, batch_size=3, shuffle=True)
model = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.3), nn.Linear(5, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, total_iters=8)
model, optimizer, loader, scheduler = accelerator.prepare(model, optimizer, loader, scheduler)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer, scheduler=scheduler)
history = []
for epoch in run.epochs(2):
    total = 0.0
    for (x,) in run.batches(loader):
        loss = model(x).square().mean() / 2
        accelerator.backward(loss)
        if (run.batch + 1) % 2 == 0:
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
        total += loss.item()
    history.append(total)
run.finish()
del accelerator
