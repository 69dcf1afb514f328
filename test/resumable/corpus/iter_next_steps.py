# next() of an iterator that begins again at its end.
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=6, shuffle=True)
model = torch.nn.Linear(3, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
num_steps = 9
# %%
data_iter = iter(loader)
for step in range(num_steps):
    try:
        x = next(data_iter)
    except StopIteration:
        data_iter = iter(loader)
        x = next(data_iter)
    loss = (model(x) - x).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
