"""The MNIST example: sums and counts, a validation, a scheduler, a best value, a history."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)
data = torch.utils.data.TensorDataset(torch.randn(20, 3), torch.randint(0, 2, (20,)))
loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.7)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer, scheduler=scheduler)

best, bad, step = 0.0, 0, 0
history = []
for epoch in run.epochs(3):
    model.train()
    total, correct, n = 0.0, 0, 0
    for i, (x, y) in enumerate(run.batches(loader)):
        optimizer.zero_grad()
        output = model(x)
        loss = nn.functional.cross_entropy(output, y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        correct += int((output.argmax(1) == y).sum())
        n += len(x)
        step += 1
        if i % 2 == 0:
            history.append((epoch, i, loss.item()))
    scheduler.step()
    accuracy = correct / n
    model.eval()
    with torch.no_grad():
        validation = sum(nn.functional.cross_entropy(model(x), y).item() for x, y in loader)
    history.append((epoch, total / n, accuracy, validation, loss.item()))
    if accuracy > best:
        best = accuracy
        bad = 0
    else:
        bad += 1
run.finish()
