"""FixMatch: two loaders that go on for themselves, and an average of the weights."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.utils.data.TensorDataset(torch.randn(10, 3), torch.randint(0, 2, (10,)))
unlabeled = torch.utils.data.TensorDataset(torch.randn(14, 3))
labeled_loader = torch.utils.data.DataLoader(data, batch_size=3, shuffle=True)
generator = torch.Generator().manual_seed(3)
unlabeled_loader = torch.utils.data.DataLoader(
    unlabeled, batch_size=4, shuffle=True, generator=generator
)
model = nn.Sequential(nn.Linear(3, 6), nn.Dropout(0.3), nn.Linear(6, 2))
ema = torch.optim.swa_utils.AveragedModel(
    model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
run = Run("r", sys.argv[1], every=1)
run.track(model=model, ema=ema, optimizer=optimizer, scheduler=scheduler)
labeled_iter, unlabeled_iter = run.cycle(labeled_loader), run.cycle(unlabeled_loader)
mask_probs = []
for epoch in run.epochs(2):
    losses = 0.0
    for batch_idx in run.batches(range(5)):
        x, y = next(labeled_iter)
        (u,) = next(unlabeled_iter)
        with torch.no_grad():
            p, target = model(u).softmax(1).max(1)
            mask = p.ge(0.5).float()
        loss = nn.functional.cross_entropy(model(x), y)
        loss = (
            loss + (nn.functional.cross_entropy(model(u), target, reduction="none") * mask).mean()
        )
        loss.backward()
        optimizer.step()
        scheduler.step()
        ema.update_parameters(model)
        model.zero_grad()
        losses += loss.item()
        mask_probs.append((batch_idx, mask.mean().item()))
    mask_probs.append(losses / (batch_idx + 1))
run.finish()
