# Two loops in one cell, on one model with another learning rate.
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True)
net = torch.nn.Linear(3, 3)
# %%
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(2):
    for x in loader:
        opt.zero_grad(); (net(x) - x).pow(2).mean().backward(); opt.step()
first = net.weight.detach().clone()
opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
for epoch in range(2):
    for x in loader:
        opt.zero_grad(); (net(x) - x).pow(2).mean().backward(); opt.step()
