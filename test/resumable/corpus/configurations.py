# A list of configurations, each a training.
# %%
import torch, torch.nn as nn
torch.manual_seed(0)
x, y = torch.randn(24, 3), torch.randn(24, 1)
configs = [dict(lr=0.1, hidden=4), dict(lr=0.01, hidden=8)]
results = []
fold = 0
for cfg in configs:
    torch.manual_seed(1)
    net = nn.Sequential(nn.Linear(3, cfg['hidden']), nn.Dropout(0.1), nn.Linear(cfg['hidden'], 1))
    opt = torch.optim.SGD(net.parameters(), lr=cfg['lr'])
    best = float('inf')
    for epoch in range(3):
        opt.zero_grad()
        loss = (net(x) - y).pow(2).mean()
        loss.backward()
        opt.step()
        best = min(best, loss.item())
    results.append((cfg['lr'], best))
# %%
def run_trial(lr, seed):
    torch.manual_seed(seed)
    net = nn.Linear(3, 1)
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    for step in range(3):
        opt.zero_grad(); (net(x) - y).pow(2).mean().backward(); opt.step()
    return (net(x) - y).pow(2).mean().item()
grid = {lr: run_trial(lr, seed=3) for lr in [0.1, 0.2, 0.4]}
