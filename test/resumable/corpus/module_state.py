# Hidden state, schedule and memory within modules, nested and in a list.
# %%
import torch, torch.nn as nn
torch.manual_seed(0)
class Cell(nn.Module):
    def __init__(self, n):
        super().__init__(); self.l = nn.Linear(n, n); self.h = None; self.calls = 0; self._steps = 0; self.bank = torch.zeros(9000, n)
    def forward(self, x):
        h = torch.zeros_like(x) if self.h is None else self.h
        out = torch.tanh(self.l(x) + h)
        self.h = out.detach(); self.calls += 1; self._steps += 2
        self.bank[self.calls] = out.detach()[0]
        return out * (1 + 0.01 * self._steps) + self.bank.mean()
class Net(nn.Module):
    def __init__(self): super().__init__(); self.cells = nn.ModuleList([Cell(3), Cell(3)]); self.temperature = 1.0; self.history = {"t": []}
    def forward(self, x):
        for c in self.cells: x = c(x)
        return x / self.temperature
    def anneal(self): self.temperature = max(0.5, self.temperature * 0.97); self.history["t"].append(self.temperature)
net = Net(); opt = torch.optim.Adam(net.parameters(), lr=0.01)
loader = torch.utils.data.DataLoader(torch.randn(12, 3), batch_size=4, shuffle=True)
# %%
for epoch in range(4):
    for x in loader:
        opt.zero_grad(); net(x).pow(2).mean().backward(); opt.step()
        net.anneal()
final = net.temperature, net.history, net.cells[0].h, net.cells[1].calls, net.cells[0].bank
