# %%
import torch
from tqdm import trange
torch.manual_seed(4)
x = torch.linspace(-1, 1, 30)[:, None]
y = x ** 3
net = torch.nn.Sequential(torch.nn.Linear(1, 10), torch.nn.ReLU(), torch.nn.Linear(10, 1))
optim = torch.optim.Adam(net.parameters())
# %%
for i in trange(8, desc="fit"):
    optim.zero_grad()
    loss = ((net(x) - y) ** 2).mean()
    loss.backward()
    optim.step()
