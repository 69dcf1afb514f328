"""A sampler with a generator of its own, seeded by epoch, and warm restarts by fraction."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


class Sampler(torch.utils.data.Sampler):
    def __init__(self, n):
        self.n = n
        self.epoch = 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __len__(self):
        return self.n

    def __iter__(self):
        generator = torch.Generator().manual_seed(7 + self.epoch)
        return iter(torch.randperm(self.n, generator=generator).tolist())


data = torch.utils.data.TensorDataset(torch.arange(14.0))
sampler = Sampler(14)
loader = torch.utils.data.DataLoader(data, batch_size=4, sampler=sampler)
w = nn.Parameter(torch.zeros(2))
optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=1, T_mult=2)
run = Run("r", sys.argv[1], every=1)
run.track(optimizer=optimizer, scheduler=scheduler, w={"w": w.data})
seen = []
iters = len(loader)
for epoch in run.epochs(3):
    sampler.set_epoch(epoch)
    for i, (x,) in enumerate(run.batches(loader)):
        if i >= 3:
            break
        optimizer.zero_grad()
        (w * x.mean()).sum().square().backward()
        optimizer.step()
        scheduler.step(epoch + i / iters)
        seen.append((x.tolist(), optimizer.param_groups[0]["lr"]))
    seen.append(i)
run.finish()
