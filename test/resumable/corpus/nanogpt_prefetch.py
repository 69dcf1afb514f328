# The next batch is fetched before the step ends.
# %%
import torch, torch.nn as nn
torch.manual_seed(2)
data = torch.randn(200)
def get_batch():
    ix = torch.randint(len(data) - 4, (5,))
    return torch.stack([data[i:i+3] for i in ix]), torch.stack([data[i+3:i+4] for i in ix])
model = nn.Linear(3, 1)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
gradient_accumulation_steps = 2
best_val_loss = 1e9
# %%
X, Y = get_batch()
for iter_num in range(10):
    for micro_step in range(gradient_accumulation_steps):
        loss = ((model(X) - Y) ** 2).mean() / gradient_accumulation_steps
        X, Y = get_batch()
        loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if loss.item() < best_val_loss:
        best_val_loss = loss.item()
