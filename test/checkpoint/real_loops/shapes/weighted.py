"""Samplers whose weights follow the loss, and mixing in the collate function."""

import sys
import collections
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Sampler
from runtime_kit import Run

torch.manual_seed(0)


class MySampler(Sampler):
    def __init__(self, n, seed=0):
        self.n, self.epoch, self.rng = n, 0, np.random.default_rng(seed)
        self.weights = np.ones(n)

    def __iter__(self):
        w = self.weights / self.weights.sum()
        self.epoch += 1
        yield from (int(i) for i in self.rng.choice(self.n, self.n, p=w))

    def __len__(self):
        return self.n

    def update(self, idx, loss):
        self.weights[idx] = 0.5 * self.weights[idx] + loss


class D(Dataset):
    def __init__(self):
        self.x = torch.randn(11, 3)
        self.gen = torch.Generator().manual_seed(4)
        self.hits = collections.Counter()

    def __len__(self):
        return 11

    def __getitem__(self, i):
        self.hits[i] += 1
        return i, self.x[i] + torch.randn(3, generator=self.gen)


def collate(items):
    idx, x = zip(*items)
    lam = np.random.beta(0.5, 0.5)
    x = torch.stack(x)
    return list(idx), lam * x + (1 - lam) * x[torch.randperm(len(x))]


sampler, data = MySampler(11), D()
loader = DataLoader(data, 3, sampler=sampler, collate_fn=collate)
w2 = DataLoader(
    torch.randn(8, 3), 2, sampler=torch.utils.data.WeightedRandomSampler(torch.arange(1.0, 9.0), 8)
)
model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.3), nn.Linear(4, 1))
opt = torch.optim.RMSprop(model.parameters(), 0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, opt=opt)
seen = []
for epoch in run.epochs(3):
    for idx, x in run.batches(loader):
        loss = (model(x) - 1).pow(2).mean(1)
        opt.zero_grad()
        loss.mean().backward()
        opt.step()
        sampler.update(idx, loss.detach().numpy())
        seen.append((idx, loss.tolist()))
    for i, x in enumerate(run.batches(w2)):
        loss = (model(x) - 1).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        seen.append((i, loss.item()))
hits = data.hits
run.finish()
