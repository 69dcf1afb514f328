# Random generators of Python, NumPy and torch, in the loop and in a data set.
# %%
import torch, numpy as np, random
torch.manual_seed(0)
rng = np.random.default_rng(0)
old = np.random.RandomState(1)
r = random.Random(3)
g = torch.Generator().manual_seed(5)
class Noisy(torch.utils.data.Dataset):
    def __init__(self): self.rng = np.random.default_rng(9); self.x = torch.randn(12, 3)
    def __len__(self): return 12
    def __getitem__(self, i): return self.x[i] + float(self.rng.normal())
net = torch.nn.Linear(3, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
loader = torch.utils.data.DataLoader(Noisy(), batch_size=4, shuffle=True, generator=g)
# %%
def noise(): return float(rng.normal()) + float(old.rand()) + r.random()
for epoch in range(4):
    for x in loader:
        x = x + noise() * torch.randn(3, generator=g)
        opt.zero_grad(); loss = net(x).pow(2).mean(); loss.backward(); opt.step()
end = rng.normal(), old.rand(), r.random()
