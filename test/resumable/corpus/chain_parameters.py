# itertools.chain over the parts.
# %%
import itertools
import torch
from torch import nn
torch.manual_seed(0)
netA, netB = nn.Linear(3, 4), nn.Linear(4, 3)
opt_g = torch.optim.Adam(itertools.chain(netA.parameters(), netB.parameters()), lr=0.01)
disc = nn.Linear(3, 1)
opt_d = torch.optim.Adam(disc.parameters(), lr=0.01)
sched_g = torch.optim.lr_scheduler.ExponentialLR(opt_g, 0.9)
sched_d = torch.optim.lr_scheduler.ExponentialLR(opt_d, 0.9)
data_loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
# %%
for epoch in range(1, 4):
    for real in data_loader:
        fake = netB(netA(real))
        opt_g.zero_grad()
        g_loss = (fake - real).abs().mean() - disc(fake).mean()
        g_loss.backward()
        opt_g.step()
        opt_d.zero_grad()
        d_loss = disc(fake.detach()).mean() - disc(real).mean()
        d_loss.backward()
        opt_d.step()
    sched_g.step()
    sched_d.step()
