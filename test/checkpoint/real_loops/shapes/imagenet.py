"""The ImageNet example: functions with meters of a class of their own, a best accuracy."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


class AverageMeter:
    def __init__(self, name):
        self.name = name
        self.reset()

    def reset(self):
        self.sum = 0.0
        self.count = 0
        self.avg = 0.0

    def update(self, value, n=1):
        self.sum += value * n
        self.count += n
        self.avg = self.sum / self.count


def train(loader, model, optimizer, epoch, losses):
    top1 = AverageMeter("top1")
    losses.reset()
    model.train()
    for i, (x, y) in enumerate(run.batches(loader)):
        output = model(x)
        loss = nn.functional.cross_entropy(output, y)
        losses.update(loss.item(), len(x))
        top1.update((output.argmax(1) == y).float().mean().item(), len(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i % 2 == 0:
            shown.append((epoch, i, losses.avg, top1.avg))
    return losses.avg, top1.avg


def validate(loader, model):
    model.eval()
    with torch.no_grad():
        return sum((model(x).argmax(1) == y).sum().item() for x, y in loader) / 20


data = torch.utils.data.TensorDataset(torch.randn(20, 3), torch.randint(0, 2, (20,)))
loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer, scheduler=scheduler)
shown = []
losses = AverageMeter("loss")
best = 0.0
for epoch in run.epochs(3):
    result = train(loader, model, optimizer, epoch, losses)
    accuracy = validate(loader, model)
    scheduler.step()
    is_best = accuracy > best
    best = max(best, accuracy)
    shown.append((epoch, result, is_best))
run.finish()
