# One name for the model and the optimizer of two trainings, whose step is one function.
# %%
import torch
from torch import nn
def train_step(model, loader, optimizer, criterion):
    total = 0
    for x in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), x)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total
# %%
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=4, shuffle=True)
criterion = nn.MSELoss().to("cpu")
narrow = nn.Linear(3, 3)
model = narrow
optimizer = torch.optim.SGD(narrow.parameters(), lr=0.1)
losses = []
for epoch in range(2):
    losses.append(train_step(narrow, loader, optimizer, criterion))
# %%
wide = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 3)).to("cpu")
optimizer = torch.optim.Adam(wide.parameters(), lr=0.01)
# %%
for epoch in range(2):
    losses.append(train_step(wide, loader, optimizer, criterion))
