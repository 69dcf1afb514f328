"""Adam first, then SGD: variables and attributes that name one tracked object, then another."""

import copy
import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

loader = torch.utils.data.DataLoader(torch.randn(8, 3), batch_size=2, shuffle=True)
model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.2), nn.Linear(4, 1))
teacher = copy.deepcopy(model)
adam = torch.optim.Adam(model.parameters(), lr=0.01)
sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


class Phase:
    def __init__(self):
        self.net = model
        self.rounds = 0

    def next(self):
        self.rounds += 1
        self.net = teacher if self.rounds % 2 else model


run = Run("r", sys.argv[1], every=1).track(model=model, teacher=teacher, adam=adam, sgd=sgd)
optimizer, phase, log = adam, Phase(), []
for epoch in run.epochs(3):
    for x in run.batches(loader):
        with torch.no_grad():
            target = phase.net(x) + 1
        loss = (model(x) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for p in model.parameters():
            log.append((type(optimizer).__name__, p.sum().item()))
        if epoch == 1 and run.batch == 1:
            optimizer = sgd
            phase.next()
run.finish()
