"""timm's epoch: updates counted, accumulation with a rest, an average, a schedule by updates."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.utils.data.TensorDataset(torch.randn(22, 3), torch.randint(0, 2, (22,)))
loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.Linear(8, 2))
ema = torch.optim.swa_utils.AveragedModel(
    model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)
)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
accumulate = 4
updates_per_epoch = (len(loader) + accumulate - 1) // accumulate
scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
run = Run("r", sys.argv[1], every=1)
run.track(model=model, ema=ema, optimizer=optimizer, scheduler=scheduler)


def train_one_epoch(epoch):
    last = len(loader) - 1
    last_accumulated = len(loader) % accumulate
    num_updates = epoch * updates_per_epoch
    total, count = torch.zeros(()), 0
    optimizer.zero_grad()
    for batch_idx, (x, y) in enumerate(run.batches(loader)):
        step_now = batch_idx == last or (batch_idx + 1) % accumulate == 0
        share = last_accumulated if batch_idx > last - last_accumulated else accumulate
        loss = nn.functional.cross_entropy(model(x), y) / share
        loss.backward()
        total += loss.detach() * len(x)
        count += len(x)
        if not step_now:
            continue
        optimizer.step()
        optimizer.zero_grad()
        num_updates += 1
        ema.update_parameters(model)
        scheduler.step(epoch + batch_idx / len(loader))
    return (total / count).item(), num_updates


summary = []
best_metric = None
for epoch in run.epochs(3):
    loss, updates = train_one_epoch(epoch)
    summary.append((loss, updates, optimizer.param_groups[0]["lr"]))
    best_metric = loss if best_metric is None else min(best_metric, loss)
run.finish()
