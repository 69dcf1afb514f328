# A train_step function that is called for each batch.
# %%
import torch
torch.manual_seed(0)
model = torch.nn.Linear(4, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
loader = torch.utils.data.DataLoader(torch.randn(20, 4), batch_size=4, shuffle=True)
def make_train_step(model, loss_fn, optimizer):
    def train_step(x):
        model.train()
        loss = loss_fn(model(x), x)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()
    return train_step
def step(x):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), x)
    loss.backward()
    optimizer.step()
    return loss
# %%
losses = []
for epoch in range(3):
    for x in loader:
        loss = step(x)
        losses.append(loss.item())
