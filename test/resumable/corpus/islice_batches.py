# %%
from itertools import islice
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(40, 3), batch_size=5, shuffle=True)
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
# %%
for epoch in range(3):
    for x in islice(loader, 4):
        opt.zero_grad()
        (net(x) - x).pow(2).mean().backward()
        opt.step()
