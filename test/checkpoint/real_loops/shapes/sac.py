"""SAC: a replay memory in arrays, an environment, a temperature that is trained."""

import sys
import copy
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from runtime_kit import Run

torch.manual_seed(0)


class ReplayBuffer:
    def __init__(self, cap):
        self.s = np.zeros((cap, 2), np.float32)
        self.a = np.zeros((cap, 1), np.float32)
        self.r = np.zeros(cap, np.float32)
        self.ptr = self.size = 0
        self.cap = cap
        self.rng = np.random.default_rng(1)

    def add(self, s, a, r):
        self.s[self.ptr], self.a[self.ptr], self.r[self.ptr] = s, a, r
        self.ptr = (self.ptr + 1) % self.cap
        self.size = min(self.size + 1, self.cap)

    def sample(self, n):
        i = self.rng.integers(0, self.size, n)
        return torch.from_numpy(self.s[i]), torch.from_numpy(self.a[i]), torch.from_numpy(self.r[i])


class Env:
    def __init__(self):
        self.state = np.zeros(2, np.float32)
        self.t = 0
        self.rng = np.random.default_rng(2)

    def reset(self):
        self.state = self.rng.normal(size=2).astype("f")
        self.t = 0
        return self.state.copy()

    def step(self, a):
        self.t += 1
        self.state = (self.state * 0.9 + a + 0.1 * self.rng.normal(size=2)).astype("f")
        return self.state.copy(), -float(np.abs(self.state).sum()), self.t >= 5


class Agent:
    def __init__(self):
        self.actor = nn.Linear(2, 1)
        self.critic = nn.Linear(3, 1)
        self.target = copy.deepcopy(self.critic)
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.a_opt = torch.optim.Adam(self.actor.parameters(), 0.01)
        self.c_opt = torch.optim.Adam(self.critic.parameters(), 0.01)
        self.l_opt = torch.optim.Adam([self.log_alpha], 0.01)
        self.updates = 0

    @property
    def alpha(self):
        return self.log_alpha.exp().detach()

    def act(self, s):
        return torch.tanh(self.actor(torch.from_numpy(s)) + torch.randn(1)).detach().numpy()

    def update(self, buffer):
        s, a, r = buffer.sample(4)
        q = self.critic(torch.cat([s, a], 1)).squeeze(1)
        with torch.no_grad():
            y = r + 0.9 * self.target(torch.cat([s, a], 1)).squeeze(1) * self.alpha
        c = F.mse_loss(q, y)
        self.c_opt.zero_grad()
        c.backward()
        self.c_opt.step()
        if self.updates % 2 == 0:
            gain = -self.critic(torch.cat([s, torch.tanh(self.actor(s))], 1)).mean()
            self.a_opt.zero_grad()
            gain.backward()
            self.a_opt.step()
            al = (self.log_alpha * gain.detach()).mean()
            self.l_opt.zero_grad()
            al.backward()
            self.l_opt.step()
            for p, t in zip(self.critic.parameters(), self.target.parameters()):
                t.data.copy_(0.1 * p.data + 0.9 * t.data)
        self.updates += 1
        return c.item()


env, buffer, agent = Env(), ReplayBuffer(9000), Agent()
run = Run("r", sys.argv[1], every=1).track(
    actor=agent.actor,
    critic=agent.critic,
    target=agent.target,
    a_opt=agent.a_opt,
    c_opt=agent.c_opt,
    l_opt=agent.l_opt,
)
state, ep_ret, returns, losses = env.reset(), 0.0, [], []
for t in run.steps(18):
    action = agent.act(state) if t > 4 else env.rng.uniform(-1, 1, size=1)
    nxt, reward, done = env.step(action)
    buffer.add(state, action, reward)
    state = nxt
    ep_ret += reward
    if done:
        returns.append(ep_ret)
        state, ep_ret = env.reset(), 0.0
    if t > 5:
        losses.append(agent.update(buffer))
run.finish()
