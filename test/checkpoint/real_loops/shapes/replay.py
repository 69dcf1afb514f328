"""Replay memories of many small values: named tuples that share their states, arrays by name,
objects, and rows as dicts."""

import random
import sys
from collections import deque, namedtuple

import numpy
import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)
numpy.random.seed(0)
Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))


class Episode:
    def __init__(self, first, length):
        self.first = first
        self.length = length


class ReplayMemory:
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))


def filled(states, memory):
    """Each next state is the state of the next one, but at the end of an episode."""
    following = list(states[1:])
    following[::7] = [None] * len(following[::7])
    actions = torch.randint(2, (len(states), 1)).unbind()
    memory.memory.extend(map(Transition, states, actions, following, range(len(states))))
    return memory


model = nn.Linear(2, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
memory = filled(torch.randn(400, 2).unbind(), ReplayMemory(402))
seen = dict(zip(map(str, range(850)), numpy.random.rand(850, 3)))
episodes = list(map(Episode, torch.randn(300, 2).unbind(), range(300)))
rows = [*map(dict, zip(zip("a" * 300, range(300)), zip("b" * 300, numpy.random.rand(300))))]

for step in run.steps(5):
    state = memory.memory[-1].state
    for index in random.sample(range(len(memory.memory) - 1), 3):
        loss = model(memory.memory[index].state).sum() * memory.memory[index].reward
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        memory.memory[index].state.mul_(0.5)
        episodes[index % 300].length += 1
        rows[index % 300]["b"] = rows[index % 300]["b"] * 2
    following = torch.randn(2)
    memory.push(state, torch.tensor([step]), following, float(loss))
    memory.push(following, torch.tensor([step]), None, 0.5)
    seen[str(step)] = seen[str(step)] + 1
    seen[f"new {step}"] = numpy.arange(step)
run.finish()
pairs = list(zip(memory.memory, list(memory.memory)[1:]))
shared = sum(one.next_state is other.state for one, other in pairs)
