# %%
import torch
torch.manual_seed(0)
batches = [torch.randn(4, 3) for _ in range(5)]
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
n = 0
# %%
for epoch in range(3):
    for x in batches:
        opt.zero_grad()
        (net(x) - x).pow(2).mean().backward()
        opt.step()
        n += len(x)
