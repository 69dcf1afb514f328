# A loader with a generator of its own, and validation that draws from it too.
# %%
import torch
g = torch.Generator()
g.manual_seed(42)
torch.manual_seed(1)
train = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True, generator=g)
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
# %%
for epoch in range(3):
    for x in train:
        opt.zero_grad()
        (net(x) - x).pow(2).mean().backward()
        opt.step()
