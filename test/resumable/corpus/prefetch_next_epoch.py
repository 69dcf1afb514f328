# Validation data drawn with its own generator in each epoch.
# %%
import torch
torch.manual_seed(0)
gv = torch.Generator().manual_seed(9)
train = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True)
valid = torch.utils.data.DataLoader(torch.randn(12, 3), batch_size=4, shuffle=True, generator=gv)
net = torch.nn.Linear(3, 3)
opt = torch.optim.Adam(net.parameters(), lr=0.05)
seen = []
# %%
for epoch in range(4):
    for x in train:
        opt.zero_grad()
        (net(x) - x).pow(2).mean().backward()
        opt.step()
    with torch.no_grad():
        for i, v in enumerate(valid):
            if i == 0:
                seen.append(net(v).mean().item())
