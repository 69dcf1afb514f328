"""MAML: inner loops on tasks that a sampler draws."""

import sys
import math
import random
import torch
import torch.nn.functional as F
from torch import nn
from runtime_kit import Run

torch.manual_seed(0)


class Task:
    def __init__(self, rng):
        self.a, self.p = rng.uniform(0.1, 5), rng.uniform(0, math.pi)

    def sample(self, n):
        x = torch.rand(n, 1) * 10 - 5
        return x, self.a * torch.sin(x + self.p)


class TaskSampler:
    def __init__(self, seed):
        self.rng, self.count = random.Random(seed), 0

    def batch(self, n):
        self.count += n
        return [Task(self.rng) for _ in range(n)]


sampler = TaskSampler(5)
model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
meta_opt = torch.optim.Adam(model.parameters(), 0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, meta_opt=meta_opt)


def adapt(params, x, y):
    loss = F.mse_loss(torch.func.functional_call(model, params, (x,)), y)
    grads = torch.autograd.grad(loss, list(params.values()), create_graph=True)
    return {k: p - 0.01 * g for (k, p), g in zip(params.items(), grads)}


losses, running = [], None
for it in run.steps(8):
    meta_loss = 0.0
    for task in sampler.batch(3):
        params = dict(model.named_parameters())
        for _ in range(2):
            params = adapt(params, *task.sample(4))
        x, y = task.sample(4)
        meta_loss = meta_loss + F.mse_loss(torch.func.functional_call(model, params, (x,)), y)
    meta_opt.zero_grad()
    (meta_loss / 3).backward()
    meta_opt.step()
    running = meta_loss.item() if running is None else 0.9 * running + 0.1 * meta_loss.item()
    losses.append(running)
run.finish()
