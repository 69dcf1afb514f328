"""nanoGPT: a batch fetched ahead, losses estimated now and then, a learning rate of its own."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.randint(0, 20, (200,))


def get_batch():
    ix = torch.randint(len(data) - 5, (4,))
    return torch.stack([data[i : i + 4] for i in ix]), torch.stack(
        [data[i + 1 : i + 5] for i in ix]
    )


def estimate_loss():
    model.eval()
    with torch.no_grad():
        losses = [loss_of(*get_batch()).item() for _ in range(2)]
    model.train()
    return sum(losses) / 2


def loss_of(x, y):
    return nn.functional.cross_entropy(model(x).view(-1, 20), y.view(-1))


model = nn.Sequential(nn.Embedding(20, 8), nn.Dropout(0.2), nn.Linear(8, 20))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
best_val_loss = 1e9
running = -1.0
local_iter = 0
log = []
X, Y = get_batch()
for iteration in run.steps(14):
    lr = 0.01 * (1 - iteration / 14)
    for group in optimizer.param_groups:
        group["lr"] = lr
    if iteration % 4 == 0:
        val_loss = estimate_loss()
        if val_loss < best_val_loss:
            best_val_loss = val_loss
            log.append(("best", iteration, val_loss))
    for micro in range(2):
        loss = loss_of(X, Y) / 2
        X, Y = get_batch()
        loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if local_iter >= 3:
        running = loss.item() if running == -1.0 else 0.9 * running + 0.1 * loss.item()
    local_iter += 1
run.finish()
