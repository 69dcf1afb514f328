# Gradients of several batches for one step.
# %%
import torch
from torch import nn, optim
torch.manual_seed(0)
train_loader = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(torch.randn(36, 4), torch.randint(0, 2, (36,))), batch_size=4, shuffle=True)
net = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 2))
criterion = nn.CrossEntropyLoss()
opt = optim.Adam(net.parameters(), lr=1e-2)
ACCUM = 3
global_step = 0
# %%
for epoch in range(3):
    net.train()
    for idx, (x, y) in enumerate(train_loader):
        loss = criterion(net(x), y) / ACCUM
        loss.backward()
        if (idx + 1) % ACCUM == 0:
            opt.step()
            opt.zero_grad()
            global_step += 1
