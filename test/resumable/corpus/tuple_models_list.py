# Models and optimizers in lists.
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
models = [torch.nn.Linear(3, 3) for _ in range(3)]
optimizers = [torch.optim.SGD(m.parameters(), lr=0.1) for m in models]
# %%
for epoch in range(3):
    for x in loader:
        for model, optimizer in zip(models, optimizers):
            optimizer.zero_grad()
            (model(x) - x).pow(2).mean().backward()
            optimizer.step()
