# %%
import numpy as np, torch
rng = np.random.default_rng(0)
net = torch.nn.Linear(2, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for i in range(4):
    x = torch.tensor(rng.normal(size=(4, 2)), dtype=torch.float32)
    opt.zero_grad()
    net(x).pow(2).mean().backward()
    opt.step()
