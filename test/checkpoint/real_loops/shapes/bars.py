"""A bar with a description, two loops an epoch, accumulation in a range of its own."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

from tqdm import tqdm

data = torch.utils.data.TensorDataset(torch.randn(12, 3))
loader = torch.utils.data.DataLoader(data, batch_size=3, shuffle=True)
model = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.3), nn.Linear(5, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
counts = {"train": 0, "val": 0}
rows = []
for epoch in tqdm(run.epochs(2), disable=True):
    bar = tqdm(run.batches(loader), desc="train", file=sys.stdout, mininterval=100)
    running = 0.0
    for (x,) in bar:
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        running += loss.item()
        counts["train"] += 1
        bar.set_description(f"{running:.3f}", refresh=False)
    total = bar.n, bar.total
    model.eval()
    for i, (x,) in enumerate(tqdm(run.batches(loader), file=sys.stdout, mininterval=100), start=1):
        counts["val"] += i
        running += model(x).sum().item()
    for x, number in zip(run.batches(loader), range(100)):
        counts["val"] += number
    model.train()
    rows.append((running, total))
run.finish()
