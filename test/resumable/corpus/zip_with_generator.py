# The loaders draw from a generator of their own: saved after each epoch only.
# %%
import torch
torch.manual_seed(0)
g = torch.Generator().manual_seed(3)
a = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True, generator=g)
b = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5)
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
# %%
for epoch in range(4):
    for x, y in zip(a, b):
        opt.zero_grad()
        (net(x) - y).pow(2).mean().backward()
        opt.step()
