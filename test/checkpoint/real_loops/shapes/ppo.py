"""PPO: a rollout in NumPy arrays, minibatches in an order drawn anew, a running mean."""

import numpy as np
import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


policy = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=0.01, eps=1e-5)
run = Run("r", sys.argv[1], every=1).track(policy=policy, optimizer=optimizer)
rng = np.random.default_rng(7)
obs = np.zeros((8, 2), dtype=np.float32)
rewards = np.zeros(8, dtype=np.float32)
next_obs = rng.normal(size=2).astype(np.float32)
mean, var, count, global_step = np.zeros(2), np.ones(2), 1e-4, 0
returns = []
for update in run.steps(5):
    optimizer.param_groups[0]["lr"] = 0.01 * (1 - update / 5)
    for step in range(8):
        global_step += 1
        obs[step] = next_obs
        with torch.no_grad():
            logits = policy(torch.from_numpy(next_obs))
            action = torch.distributions.Categorical(logits=logits).sample()
        next_obs = (0.5 * next_obs + rng.normal(size=2) + int(action)).astype(np.float32)
        rewards[step] = -np.abs(next_obs).sum()
        count += 1
        delta = next_obs - mean
        mean = mean + delta / count
        var = var + delta**2
    order = np.arange(8)
    for _ in range(2):
        rng.shuffle(order)
        for start in range(0, 8, 4):
            part = order[start : start + 4]
            values = policy(torch.from_numpy(obs[part])).log_softmax(1)[:, 0]
            loss = -(values * torch.from_numpy(rewards[part])).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
            optimizer.step()
    returns.append((float(rewards.sum()), mean.tolist()))
run.finish()
