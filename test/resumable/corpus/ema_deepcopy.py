# A copy that follows by hand, in a function.
# %%
import copy
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 4), batch_size=4, shuffle=True)
model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.BatchNorm1d(6), torch.nn.Linear(6, 4))
ema = copy.deepcopy(model)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
@torch.no_grad()
def update_ema(ema_model, model, decay=0.9):
    for p_ema, p in zip(ema_model.parameters(), model.parameters()):
        p_ema.mul_(decay).add_(p, alpha=1 - decay)
    for b_ema, b in zip(ema_model.buffers(), model.buffers()):
        b_ema.copy_(b)
# %%
for epoch in range(3):
    for x in loader:
        optimizer.zero_grad()
        loss = (model(x) - x).pow(2).mean()
        loss.backward()
        optimizer.step()
        update_ema(ema, model)
