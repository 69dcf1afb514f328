# Patience counted in variables, the best weights kept.
# %%
import copy
import torch
from torch import nn
torch.manual_seed(6)
X, Y = torch.randn(40, 3), torch.randn(40, 1)
train_loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X[:30], Y[:30]), batch_size=5, shuffle=True)
val_loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X[30:], Y[30:]), batch_size=5)
model = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
loss_fn = nn.MSELoss()
best_val_loss = float("inf")
patience, patience_counter = 2, 0
best_state = None
# %%
for epoch in range(8):
    model.train()
    for xb, yb in train_loader:
        optimizer.zero_grad()
        loss = loss_fn(model(xb), yb)
        loss.backward()
        optimizer.step()
    model.eval()
    val_loss = 0.0
    with torch.no_grad():
        for xb, yb in val_loader:
            val_loss += loss_fn(model(xb), yb).item()
    if val_loss < best_val_loss:
        best_val_loss = val_loss
        patience_counter = 0
        best_state = copy.deepcopy(model.state_dict())
    else:
        patience_counter += 1
        if patience_counter >= patience:
            print("early stop", epoch)
            break
model.load_state_dict(best_state)
