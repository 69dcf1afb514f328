# An agent object that holds net, optimizer and large rollout storage; env of its own.
# %%
import torch, torch.nn as nn, numpy as np
torch.manual_seed(0); np.random.seed(1)
class World:
    def __init__(self): self.pos = np.zeros(2); self.t = 0; self.rng = np.random.default_rng(4)
    def reset(self): self.pos = self.rng.normal(size=2); self.t = 0; return self.pos.copy()
    def move(self, a):
        self.pos = self.pos + (a - 1) * 0.1 + self.rng.normal(size=2) * 0.01; self.t += 1
        return self.pos.copy(), -float((self.pos ** 2).sum()), self.t >= 5
class Agent:
    def __init__(self):
        self.pi = nn.Linear(2, 3); self.opt = torch.optim.Adam(self.pi.parameters(), lr=0.01)
        self.log_probs, self.rewards = [], []
        self.baseline = 0.0
        self.seen = torch.zeros(30000, 2); self.n = 0
    def act(self, s):
        d = torch.distributions.Categorical(logits=self.pi(torch.tensor(s, dtype=torch.float32)))
        a = d.sample(); self.log_probs.append(d.log_prob(a))
        self.seen[self.n] = torch.tensor(s); self.n += 1
        return a.item()
    def learn(self):
        R = sum(self.rewards); self.baseline += 0.1 * (R - self.baseline)
        loss = -(torch.stack(self.log_probs).sum() * (R - self.baseline))
        self.opt.zero_grad(); loss.backward(); self.opt.step()
        self.log_probs.clear(); self.rewards = []
        return R
agent, world = Agent(), World()
returns = []
# %%
for episode in range(12):
    s, done = world.reset(), False
    while not done:
        s, r, done = world.move(agent.act(s))
        agent.rewards.append(r)
    returns.append(agent.learn())
total = agent.seen.sum().item()
