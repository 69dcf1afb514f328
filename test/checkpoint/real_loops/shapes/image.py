"""Style transfer: what is trained is an image, no model."""

import sys


import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

torch.manual_seed(0)
network, target = nn.Linear(4, 4), torch.randn(3, 4)
image = torch.randn(3, 4).requires_grad_(True)
optimizer = torch.optim.Adam([image], lr=0.1)
run = Run("r", sys.argv[1], every=1).track(optimizer=optimizer)
losses = []
for _ in run.steps(8):
    optimizer.zero_grad()
    loss = (network(image) - target).square().mean() + torch.rand(()) * image.square().mean()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
run.finish()
