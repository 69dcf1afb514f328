"""An early-stopping class that keeps a copy of the best model, and leaves the loop."""

import copy
import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.counter = 0
        self.best_score = None
        self.best_model = None
        self.stop = False

    def __call__(self, score, model):
        if self.best_score is None or score > self.best_score + 0.5:
            self.best_score = score
            self.best_model = copy.deepcopy(model.state_dict())
            self.counter = 0
        else:
            self.counter += 1
            self.stop = self.counter >= self.patience


data = torch.utils.data.TensorDataset(torch.randn(12, 3))
loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
model = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.3), nn.Linear(5, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
stopping = EarlyStopping(2)
scores = []
for epoch in run.epochs(10):
    train_losses = []
    for (x,) in run.batches(loader):
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        train_losses.append(loss.item())
    score = -sum(train_losses) / len(train_losses)
    scores.append(score)
    stopping(score, model)
    if stopping.stop:
        break
run.finish()
