"""enwik8: batches without end, with gradients accumulated over four of them."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.utils.data.TensorDataset(torch.randn(10, 3))
train_loader = torch.utils.data.DataLoader(data, batch_size=3, shuffle=True)
val_loader = torch.utils.data.DataLoader(data, batch_size=2, shuffle=True)
model = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.3), nn.Linear(5, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
train_iter = run.cycle(train_loader)
val_iter = run.cycle(val_loader)
seen = []
for i in run.steps(12):
    model.train()
    for _ in range(3):
        (x,) = next(train_iter)
        loss = model(x).square().mean() / 3
        loss.backward()
    seen.append(float(x.sum()))
    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    optimizer.zero_grad()
    if i % 3 == 0:
        model.eval()
        with torch.no_grad():
            (x,) = next(val_iter)
            seen.append(model(x).square().mean().item())
run.finish()
