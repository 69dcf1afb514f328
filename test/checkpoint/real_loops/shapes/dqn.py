"""DQN: a replay memory of named tuples, an environment of its own class, a target network."""

import math
import random
from collections import deque, namedtuple
import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))


class Env:
    def __init__(self):
        self.rng = random.Random(4)
        self.t = 0

    def reset(self):
        self.t = 0
        self.state = torch.tensor([self.rng.random(), 0.0])
        return self.state

    def step(self, action):
        self.t += 1
        self.state = self.state + torch.tensor([0.1 * action, self.rng.random() * 0.1])
        return self.state, float(self.state.sum()), self.t >= 4


class ReplayMemory:
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, size):
        return random.sample(self.memory, size)

    def __len__(self):
        return len(self.memory)


policy = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 2))
target = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 2))
target.load_state_dict(policy.state_dict())
optimizer = torch.optim.AdamW(policy.parameters(), lr=0.01, amsgrad=True)
run = Run("r", sys.argv[1], every=1).track(policy=policy, target=target, optimizer=optimizer)
memory, env = ReplayMemory(20), Env()
steps_done, durations = 0, []


def select(state):
    global steps_done
    epsilon = 0.1 + 0.8 * math.exp(-steps_done / 10)
    steps_done += 1
    if random.random() > epsilon:
        with torch.no_grad():
            return int(policy(state).argmax())
    return random.randrange(2)


def optimize():
    if len(memory) < 4:
        return
    batch = Transition(*zip(*memory.sample(4)))
    values = policy(torch.stack(batch.state))[range(4), list(batch.action)]
    with torch.no_grad():
        best = target(torch.stack(batch.next_state)).max(1).values
    loss = nn.functional.smooth_l1_loss(values, torch.tensor(batch.reward) + 0.9 * best)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


for episode in run.steps(6):
    state = env.reset()
    done = False
    while not done:
        action = select(state)
        next_state, reward, done = env.step(action)
        memory.push(state, action, next_state, reward)
        state = next_state
        optimize()
        with torch.no_grad():
            for name, value in target.state_dict().items():
                value.copy_(0.1 * policy.state_dict()[name] + 0.9 * value)
    durations.append(env.t)
run.finish()
