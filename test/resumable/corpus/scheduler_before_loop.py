# A scheduler that is stepped at the begin of the epoch.
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
sched = torch.optim.lr_scheduler.StepLR(opt, 1, 0.5)
# %%
for epoch in range(3):
    if epoch > 0:
        sched.step()
    for x in loader:
        opt.zero_grad()
        (net(x) - x).pow(2).mean().backward()
        opt.step()
