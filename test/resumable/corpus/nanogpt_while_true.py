# while True with a break by the counter.
# refused: no-range
# %%
import torch, torch.nn as nn
torch.manual_seed(2)
model = nn.Linear(3, 1)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
iter_num = 0
max_iters = 6
while True:
    x = torch.randn(4, 3)
    loss = model(x).pow(2).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    iter_num += 1
    if iter_num > max_iters:
        break
