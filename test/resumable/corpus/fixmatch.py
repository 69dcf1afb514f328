# A labelled and an unlabelled loader in one loop.
# %%
import torch
from torch import nn
torch.manual_seed(0)
labeled = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(torch.randn(12, 3), torch.randint(0, 2, (12,))), batch_size=3, shuffle=True)
unlabeled = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
model = nn.Linear(3, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
# %%
for epoch in range(3):
    for (x, y), u in zip(labeled, unlabeled):
        loss = nn.functional.cross_entropy(model(x), y)
        with torch.no_grad():
            p = model(u).softmax(1)
        loss = loss + nn.functional.cross_entropy(model(u + 0.1 * torch.randn_like(u)), p.argmax(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
