# Each epoch makes its meters, which keep sums in attributes: saved after whole epochs.
# %%
import torch
from torch import nn
class AverageMeter:
    def __init__(self):
        self.reset()

    def reset(self):
        self.sum = 0
        self.count = 0

    def update(self, value, n=1):
        self.sum += value * n
        self.count += n

    @property
    def avg(self):
        return self.sum / max(1, self.count)
# %%
def train(loader, net, optimizer, epoch):
    losses = AverageMeter()
    for x in loader:
        optimizer.zero_grad()
        loss = (net(x) - x).pow(2).mean()
        loss.backward()
        optimizer.step()
        losses.update(loss.item(), len(x))
    return losses.avg
# %%
torch.manual_seed(0)
net = nn.Linear(3, 3)
optimizer = torch.optim.AdamW(
    [{"params": [net.weight], "weight_decay": 0.1}, {"params": [net.bias], "weight_decay": 0}],
    lr=0.01,
)
loader = torch.utils.data.DataLoader(torch.randn(16, 3), batch_size=4, shuffle=True)
averages = []
for epoch in range(4):
    averages.append(train(loader, net, optimizer, epoch))
