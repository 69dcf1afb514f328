# A head is trained first, then all of it.
# %%
import torch
from torch import nn
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True)
backbone = nn.Linear(3, 4)
head = nn.Linear(4, 3)
# %%
for p in backbone.parameters():
    p.requires_grad = False
opt1 = torch.optim.Adam(head.parameters(), lr=0.01)
for epoch in range(2):
    for x in loader:
        opt1.zero_grad()
        loss = (head(backbone(x)) - x).pow(2).mean()
        loss.backward()
        opt1.step()
# %%
for p in backbone.parameters():
    p.requires_grad = True
opt2 = torch.optim.Adam(list(backbone.parameters()) + list(head.parameters()), lr=0.001)
for epoch in range(2):
    for x in loader:
        opt2.zero_grad()
        loss = (head(backbone(x)) - x).pow(2).mean()
        loss.backward()
        opt2.step()
