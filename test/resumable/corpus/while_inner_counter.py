# A while loop over passes of a loader, with a step counter and breaks.
# refused: no-range
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
net = torch.nn.Linear(3, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
step, max_steps = 0, 10
# %%
while step < max_steps:
    for x in loader:
        opt.zero_grad()
        (net(x) - x).pow(2).mean().backward()
        opt.step()
        step += 1
        if step >= max_steps:
            break
