# num_updates from the epoch and the batch, last batch told apart.
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=4, shuffle=True)
model = torch.nn.Linear(3, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: 1 / (1 + 0.1 * n))
# %%
def train_one_epoch(epoch, model, loader, optimizer, lr_scheduler=None):
    last_idx = len(loader) - 1
    num_updates = epoch * len(loader)
    losses_m = 0.0
    model.train()
    for batch_idx, input in enumerate(loader):
        last_batch = batch_idx == last_idx
        loss = (model(input) - input).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        num_updates += 1
        losses_m += loss.item() * (2 if last_batch else 1)
        if lr_scheduler is not None:
            lr_scheduler.step()
    return {"loss": losses_m, "updates": num_updates}
# %%
results = []
start_epoch, num_epochs = 0, 3
for epoch in range(start_epoch, num_epochs):
    train_metrics = train_one_epoch(epoch, model, loader, optimizer, lr_scheduler=lr_scheduler)
    results.append(train_metrics)
