"""Counters in closures, decorators, default arguments and lists of callbacks."""

import functools
import sys


import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

loader = torch.utils.data.DataLoader(torch.randn(12, 3), batch_size=3, shuffle=True)
model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.2), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)


def fit(x):
    loss = (model(x) - 1).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def make_step():
    total, calls, cache = 0.0, [0], {}

    def step(x):
        nonlocal total
        loss = fit(x)
        total += loss
        calls[0] += 1
        cache[calls[0]] = loss
        return loss

    return step, lambda: (total, calls, cache)


def counted(function):
    count = 0

    @functools.wraps(function)
    def inner(*args):
        nonlocal count
        count += 1
        seen.append(count)
        return function(*args)

    return inner


def make_callback():
    count, values = 0, []

    def callback(value):
        nonlocal count
        count += 1
        values.append(value * count)
        return count, list(values)

    return callback


def remembered(value, _memory=[]):  # noqa: B006
    _memory.append(value)
    return len(_memory)


class Trainer:
    def __init__(self, hooks):
        self.hooks = hooks

    def fit(self, epochs):
        for _ in run.epochs(epochs):
            for x in run.batches(loader):
                value = step(x)
                lengths.append(remembered(value))
                for hook in self.hooks:
                    hook(value)


seen, lengths = [], []
inner_step, inside = make_step()
step = functools.partial(counted(inner_step))
callbacks = [make_callback(), make_callback()]
Trainer(callbacks).fit(3)
end = (inside(), [callback(1.0) for callback in callbacks])
run.finish()
