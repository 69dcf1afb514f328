"""Kinds of values: counts, enums, heaps, frozen records, classes of containers, made objects."""

import collections
import dataclasses
import enum
import heapq
import itertools
import sys
from typing import NamedTuple

import numpy as np
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


class Phase(enum.Enum):
    WARM = 1
    MAIN = 2


class Record(NamedTuple):
    step: int
    loss: float


@dataclasses.dataclass(frozen=True)
class State:
    step: int = 0
    ema: float = 0.0


class AttrDict(dict):
    __getattr__ = dict.__getitem__

    def __setattr__(self, name, value):
        self[name] = value


class Series(list):
    def add(self, value):
        self.append(value)
        self.last = value


class Episode:
    def __init__(self, reward, before):
        self.reward, self.before = reward, before


counter = itertools.count(1, 2)
phase, state, best = Phase.WARM, State(), []
config, series, last = AttrDict(step=0, inner=AttrDict(n=0)), Series(), None
records, numbers, episodes, table = [], [], [], collections.defaultdict(list)
rng = np.random.RandomState(4)
for epoch in run.epochs(3):
    for x in run.batches(loader):
        value = fit(x + float(rng.rand()))
        numbers.append(next(counter))
        state = dataclasses.replace(state, step=state.step + 1, ema=0.9 * state.ema + value)
        if state.step > 5:
            phase = Phase.MAIN
        heapq.heappush(best, (-value, state.step))
        if len(best) > 3:
            heapq.heappop(best)
        records.append(Record(state.step, value))
        config.step += 1
        config.inner.n += epoch
        series.add(value)
        last = Episode(value, last)
        episodes.append(last)
        table[epoch].append(Series([value]))
end = (next(counter), phase.name, state.step, state.ema, dict(config), series.last)
rewards = [episode.reward for episode in episodes]
while last is not None:
    rewards.append(last.reward)
    last = last.before
del episodes
run.finish()
