# fit() with keyword arguments and defaults, returning a history dict.
# %%
import torch
torch.manual_seed(0)
def fit(model, train_loader, val_loader=None, *, epochs=3, lr=0.05, device="cpu"):
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    criterion = torch.nn.MSELoss()
    history = {"loss": [], "val_loss": []}
    for epoch in range(epochs):
        model.train()
        running = 0.0
        for x in train_loader:
            x = x.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), x)
            loss.backward()
            optimizer.step()
            running += loss.item()
        history["loss"].append(running / len(train_loader))
        if val_loader is not None:
            model.eval()
            with torch.no_grad():
                history["val_loss"].append(sum(criterion(model(x), x).item() for x in val_loader))
    return history
# %%
loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.GELU(), torch.nn.Dropout(0.1), torch.nn.Linear(8, 3))
# %%
history = fit(net, loader, val_loader=loader, epochs=3)
