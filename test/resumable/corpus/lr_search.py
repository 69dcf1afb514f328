# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 2), batch_size=5, shuffle=True)
def train(lr):
    net = torch.nn.Linear(2, 2)
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    for epoch in range(2):
        for x in loader:
            opt.zero_grad()
            loss = (net(x) - x).pow(2).mean()
            loss.backward()
            opt.step()
    return loss.item()
# %%
results = {}
for lr in [0.1, 0.01]:
    results[lr] = train(lr)
