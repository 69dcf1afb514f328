# Progress bars around both loops.
# %%
import torch
from torch import nn
from tqdm.auto import tqdm
torch.manual_seed(11)
ds = torch.utils.data.TensorDataset(torch.randn(24, 4), torch.randn(24, 1))
train_dl = torch.utils.data.DataLoader(ds, batch_size=6, shuffle=True)
val_dl = torch.utils.data.DataLoader(ds, batch_size=12)
model = nn.Linear(4, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-2, weight_decay=0.1)
# %%
history = {"train": [], "val": []}
for epoch in tqdm(range(3), desc="epochs"):
    model.train()
    train_loss = 0
    for xb, yb in tqdm(train_dl, leave=False):
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        train_loss += loss.item()
    model.eval()
    with torch.no_grad():
        val_loss = sum(criterion(model(xb), yb).item() for xb, yb in val_dl)
    history["train"].append(train_loss / len(train_dl))
    history["val"].append(val_loss / len(val_dl))
