# The function returns out of its loop.
# %%
import torch
torch.manual_seed(2)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True)
def train(model, optimizer, epochs, patience=2):
    best, bad = float("inf"), 0
    history = []
    for epoch in range(epochs):
        total = 0.0
        for x in loader:
            optimizer.zero_grad()
            loss = (model(x) - x).pow(2).mean()
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total)
        if total < best - 0.5:
            best, bad = total, 0
        else:
            bad += 1
            if bad >= patience:
                print("stop")
                return history, best
    return history, best
# %%
model = torch.nn.Linear(3, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
# %%
history, best = train(model, optimizer, 12)
