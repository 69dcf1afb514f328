"""ImageNet with workers that augment, meters, and a stream that is split among workers."""

import random
import sys


import numpy as np
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


class Crops(torch.utils.data.Dataset):
    def __init__(self):
        self.data = torch.randn(14, 6)

    def __len__(self):
        return 14

    def __getitem__(self, index):
        begin = random.randint(0, 3)
        x = self.data[index, begin : begin + 3]
        return x.flip(0) if np.random.rand() < 0.5 else x + 0.1 * torch.randn(3)


class Stream(torch.utils.data.IterableDataset):
    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        for index in range(info.id, 9, info.num_workers):
            yield torch.full((3,), float(index)) + torch.rand(3)


class AverageMeter:
    def __init__(self):
        self.sum, self.count = 0.0, 0

    def update(self, value, n):
        self.sum += value * n
        self.count += n


def seed_worker(_):
    seed = torch.initial_seed() % 2**32
    np.random.seed(seed)
    random.seed(seed)


# Workers are forked, since what a notebook defines can't be imported: no default since Python 3.14.
workers = {"num_workers": 2, "multiprocessing_context": "fork"}
crops = torch.utils.data.DataLoader(Crops(), 4, shuffle=True, worker_init_fn=seed_worker, **workers)
stream = torch.utils.data.DataLoader(Stream(), 2, **workers)
history, meter = [], AverageMeter()
for epoch in run.epochs(2):
    for i, x in enumerate(run.batches(crops)):
        meter.update(fit(x), len(x))
        history.append((epoch, i, meter.sum / meter.count))
    for x in run.batches(stream):
        history.append(fit(x))
del crops, stream
run.finish()
