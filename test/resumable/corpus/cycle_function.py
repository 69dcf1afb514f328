# An endless generator over a loader.
# %%
import torch
torch.manual_seed(0)
def cycle(loader):
    while True:
        for data in loader:
            yield data
train_loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=6, shuffle=True)
model = torch.nn.Sequential(torch.nn.Linear(3, 6), torch.nn.Dropout(0.2), torch.nn.Linear(6, 3))
optim = torch.optim.Adam(model.parameters(), lr=0.01)
NUM_BATCHES = 7
GRADIENT_ACCUMULATE_EVERY = 2
# %%
train_iter = cycle(train_loader)
for i in range(NUM_BATCHES):
    model.train()
    for __ in range(GRADIENT_ACCUMULATE_EVERY):
        x = next(train_iter)
        loss = (model(x) - x).pow(2).mean()
        (loss / GRADIENT_ACCUMULATE_EVERY).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optim.step()
    optim.zero_grad()
