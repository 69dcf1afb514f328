# One pass over a loader, no epochs.
# %%
import torch
torch.manual_seed(0)
stream = torch.utils.data.DataLoader(torch.randn(60, 3), batch_size=5)
model = torch.nn.Linear(3, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
running = 0.0
# %%
for i, x in enumerate(stream):
    optimizer.zero_grad()
    loss = (model(x) - x).pow(2).mean()
    loss.backward()
    optimizer.step()
    running = 0.9 * running + 0.1 * loss.item()
