"""What a module, an optimizer and a data set keep in plain attributes, large ones too."""

import sys
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from runtime_kit import Run

torch.manual_seed(0)


class Clipped(torch.optim.SGD):
    def __init__(self, params, lr):
        super().__init__(params, lr)
        self.steps, self.norms = 0, []

    def step(self, closure=None):
        self.steps += 1
        n = sum(p.grad.norm().item() for g in self.param_groups for p in g["params"])
        self.norms.append(n)
        for g in self.param_groups:
            g["lr"] = 0.1 / self.steps
        return super().step(closure)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 1)
        self.queue = torch.zeros(30000, 2)
        self.ptr = 0
        self.cfg = {"n": 0}

    def forward(self, x):
        self.queue[self.ptr : self.ptr + len(x)] = x[:, :2]
        self.ptr += len(x)
        self.cfg["n"] += 1
        return self.fc(x) + self.queue.sum() * 0.01


class Idx(Dataset):
    def __init__(self):
        self.x = torch.randn(20000, 3)
        self.indexes = np.arange(20000)
        self.cache = {}

    def __len__(self):
        return 12

    def __getitem__(self, i):
        self.cache[i] = 1
        return self.x[self.indexes[i]]

    def on_epoch_end(self):
        np.random.shuffle(self.indexes)


data = Idx()
loader = DataLoader(data, 3, shuffle=True)
model = Net()
opt = Clipped(model.parameters(), 0.1)
run = Run("r", sys.argv[1], every=1).track(model=model, opt=opt)
log = []
for epoch in run.epochs(3):
    for x, n in zip(run.batches(loader), range(3)):
        loss = (model(x) - 1).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        log.append((n, loss.item()))
    log.append(loss.item() + n)
    data.on_epoch_end()
steps, norms, q, ptr = opt.steps, opt.norms, model.queue.sum().item(), model.ptr
del data, n, x
run.finish()
