# A while loop with its own counter.
# %%
import torch
from torch import nn
torch.manual_seed(5)
loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
net = nn.Linear(3, 3)
opt = torch.optim.RMSprop(net.parameters(), lr=0.01)
epoch = 0
n_epochs = 3
# %%
while epoch < n_epochs:
    for x in loader:
        opt.zero_grad()
        ((net(x) - x) ** 2).sum().backward()
        opt.step()
    epoch += 1
print(epoch)
