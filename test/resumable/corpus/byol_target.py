# A target network that follows; stepped in a method.
# %%
import copy
import torch
from torch import nn
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 4), batch_size=6, shuffle=True)
online = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 3))
target = copy.deepcopy(online)
for p in target.parameters():
    p.requires_grad = False
predictor = nn.Linear(3, 3)
opt = torch.optim.Adam(list(online.parameters()) + list(predictor.parameters()), lr=1e-2)
def soft_update(target, source, tau):
    for tp, sp in zip(target.parameters(), source.parameters()):
        tp.data.copy_(tau * sp.data + (1.0 - tau) * tp.data)
# %%
for epoch in range(3):
    for x in loader:
        a = x + 0.1 * torch.randn_like(x)
        b = x + 0.1 * torch.randn_like(x)
        with torch.no_grad():
            t = target(b)
        loss = -nn.functional.cosine_similarity(predictor(online(a)), t).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        soft_update(target, online, 0.05)
