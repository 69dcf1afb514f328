"""A curriculum: the data set grows, its loader is made in each epoch."""

import sys
import random
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from runtime_kit import Run

torch.manual_seed(0)


class Curriculum(Dataset):
    def __init__(self):
        self.data = torch.randn(24, 3)
        self.difficulty = 1

    def __len__(self):
        return 6 * self.difficulty

    def __getitem__(self, i):
        return self.data[i] * random.choice([1, -1])

    def set_difficulty(self, d):
        self.difficulty = d


data = Curriculum()
model = nn.Linear(3, 1)
optimizer = torch.optim.Adam(model.parameters(), 0.02)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
history, competence = [], 0.3
for epoch in run.epochs(4):
    if competence > 0.5 and data.difficulty < 3:
        data.set_difficulty(data.difficulty + 1)
    loader = DataLoader(data, batch_size=3, shuffle=True)
    total = 0.0
    for step, x in enumerate(run.batches(loader), 1):
        loss = (model(x) - x.sum(1, keepdim=True)).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    competence += 0.1 + total / step / 10
    history.append((len(loader), total / step, competence))
run.finish()
