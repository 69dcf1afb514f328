# A generator in the loop.
# %%
import torch
torch.manual_seed(1)
gen = torch.Generator().manual_seed(5)
train = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True)
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
# %%
for epoch in range(3):
    for x in train:
        noise = torch.randn(x.shape, generator=gen)
        opt.zero_grad()
        (net(x + noise) - x).pow(2).mean().backward()
        opt.step()
