# %%
import torch
torch.manual_seed(5)
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.5)
step = 0
seen = []
# %%
while step <= 5:
    step += 1
    x = torch.randn(4, 3)
    if step == 2:
        continue
    opt.zero_grad()
    loss = ((net(x) - x) ** 2).sum()
    loss.backward()
    opt.step()
    seen.append(step)
