# Keyword arguments, annotations and an unusual layout.
# %%
import torch
from typing import List
torch.manual_seed(0)
train_loader = torch.utils.data.DataLoader(dataset=torch.randn(24, 3), batch_size=6, shuffle=True)
model: torch.nn.Module = torch.nn.Linear(3, 3)
optimizer: torch.optim.Optimizer = torch.optim.Adam(params=model.parameters(), lr=0.01)
losses: List[float] = []
NUM_EPOCHS = 3
# %%
for epoch in range(  # all epochs
    NUM_EPOCHS
):
    for batch_index, batch in enumerate(
        iterable=train_loader, start=1
    ) if False else enumerate(train_loader, start=1):
        optimizer.zero_grad()
        loss = (model(batch) - batch).pow(2).mean() / batch_index
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
