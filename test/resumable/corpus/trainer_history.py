# Meters made per epoch, and in a dict; a trainer with hooks and history dict.
# %%
import torch, collections
torch.manual_seed(0)
class Meter:
    def __init__(self): self.n, self.total, self.values = 0, 0.0, []
    def add(self, v): self.n += 1; self.total += v; self.values.append(v)
class Trainer:
    def __init__(self, net):
        self.net = net; self.opt = torch.optim.Adam(net.parameters()); self.history = collections.defaultdict(list)
        self.step, self.best, self.bad = 0, float("inf"), 0
    def fit(self, loader, epochs):
        for self.epoch in range(epochs):
            meters = {"loss": Meter(), "l1": Meter()}
            for x in loader:
                loss = self.train_step(x)
                meters["loss"].add(loss); meters["l1"].add(loss ** .5)
            self.end(meters)
            if self.bad > 2: break
    def train_step(self, x):
        self.opt.zero_grad()
        loss = self.net(x).pow(2).mean()
        loss.backward()
        self.opt.step()
        self.step += 1
        return loss.item()
    def end(self, meters):
        for k, m in meters.items(): self.history[k].append(m.total / m.n)
        if self.history["loss"][-1] < self.best - 0.01: self.best, self.bad = self.history["loss"][-1], 0
        else: self.bad += 1
# %%
t = Trainer(torch.nn.Linear(3, 1))
t.fit(torch.utils.data.DataLoader(torch.randn(12, 3), batch_size=4, shuffle=True), 6)
h, s = dict(t.history), t.step
