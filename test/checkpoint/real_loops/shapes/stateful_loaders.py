"""Loaders that keep a state of their own: samplers, a data set, a collate object."""

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


class EpochSampler(torch.utils.data.Sampler):
    def __init__(self, size):
        self.size, self.epoch = size, 0

    def __len__(self):
        return self.size

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.epoch)
        self.epoch += 1
        return iter(torch.randperm(self.size, generator=generator).tolist())


class Buckets(torch.utils.data.Sampler):
    def __init__(self, size, batch_size):
        self.size, self.batch_size = size, batch_size
        self.rng = np.random.default_rng(4)

    def __len__(self):
        return -(-self.size // self.batch_size)

    def __iter__(self):
        order = self.rng.permutation(self.size).tolist()
        buckets = [order[i : i + self.batch_size] for i in range(0, self.size, self.batch_size)]
        random.shuffle(buckets)
        yield from buckets


class Noisy(torch.utils.data.Dataset):
    def __init__(self):
        self.data = torch.randn(12, 3)
        self.rng, self.python = np.random.RandomState(3), random.Random(4)
        self.asked, self.cache = 0, {}

    def __len__(self):
        return 12

    def __getitem__(self, index):
        self.asked += 1
        if index not in self.cache:
            self.cache[index] = self.data[index] * self.python.random()
        return self.cache[index] + float(self.rng.rand()) + 0.01 * self.asked


class Crop:
    def __init__(self):
        self.rng = random.Random(5)

    def __call__(self, items):
        return torch.stack(items) * self.rng.random()


noisy = Noisy()
loaders = [
    torch.utils.data.DataLoader(noisy, 3, sampler=EpochSampler(12)),
    torch.utils.data.DataLoader(noisy, batch_sampler=Buckets(12, 4), collate_fn=Crop()),
    torch.utils.data.DataLoader(noisy, 4, shuffle=True),
]
history = []
for epoch in run.epochs(3):
    for number, one in enumerate(loaders):
        for x in run.batches(one):
            history.append((epoch, number, fit(x)))
end = (noisy.asked, noisy.rng.rand(), noisy.python.random())
del loaders, noisy
run.finish()
