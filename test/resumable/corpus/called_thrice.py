# One function trains models of three sizes that it makes itself.
# %%
import torch, torch.nn as nn
torch.manual_seed(0)
x, y = torch.randn(24, 3), torch.randn(24, 1)
def train_model(hidden=16, epochs=4, weight_decay=0.0):
    model = nn.Sequential(nn.Linear(3, hidden), nn.Dropout(0.2), nn.ReLU(), nn.Linear(hidden, 1))
    opt = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=weight_decay)
    history = {"loss": []}
    for epoch in range(epochs):
        opt.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        opt.step()
        history["loss"].append(loss.item())
    return model, history
# %%
underfit = train_model(hidden=1, epochs=3)             # too little
good_fit = train_model(hidden=8, epochs=4, weight_decay=1e-2)
# %%
overfit  = train_model(hidden=32, epochs=5)
losses = [h["loss"][-1] for _, h in (underfit, good_fit, overfit)]
