# Two models, one after the other, by the same function.
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 2), batch_size=5, shuffle=True)
def fit(model, optimizer, epochs=2):
    losses = []
    for epoch in range(epochs):
        for x in loader:
            optimizer.zero_grad()
            loss = (model(x) - x).pow(2).mean()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    return losses
# %%
model_a = torch.nn.Linear(2, 2)
opt_a = torch.optim.SGD(model_a.parameters(), lr=0.1)
# %%
losses_a = fit(model_a, opt_a)
# %%
model_b = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
opt_b = torch.optim.Adam(model_b.parameters(), lr=0.1)
losses_b = fit(model_b, opt_b, epochs=3)
