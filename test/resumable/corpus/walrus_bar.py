# The bar is named in the loop's head, and says the best loss so far.
# %%
import torch
from torch import nn
from tqdm import tqdm
torch.manual_seed(0)
net = nn.Linear(3, 3)
optimizer = torch.optim.Adam(net.parameters())
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=4, shuffle=True)
# %%
best = float("inf")
for epoch in (bar := tqdm(range(3))):
    for x in loader:
        optimizer.zero_grad()
        loss = (net(x) - x).pow(2).mean()
        loss.backward()
        optimizer.step()
    best = min(best, loss.item())
    bar.set_description(f"{best:.4f}")
