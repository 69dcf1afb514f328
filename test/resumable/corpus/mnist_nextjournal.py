# Losses in global lists that a function appends to.
# %%
import torch
import torch.nn.functional as F
torch.manual_seed(1)
n_epochs, log_interval = 3, 2
train_loader = torch.utils.data.DataLoader(
    [(torch.randn(5), i % 3) for i in range(24)], batch_size=4, shuffle=True)
test_loader = torch.utils.data.DataLoader([(torch.randn(5), i % 3) for i in range(12)], batch_size=6, shuffle=True)
network = torch.nn.Linear(5, 3)
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.5)
# %%
train_losses = []
train_counter = []
test_losses = []
test_counter = [i*len(train_loader.dataset) for i in range(n_epochs + 1)]
# %%
def train(epoch):
    network.train()
    for batch_idx, (data, target) in enumerate(train_loader):
        optimizer.zero_grad()
        loss = F.cross_entropy(network(data), target)
        loss.backward()
        optimizer.step()
        if batch_idx % log_interval == 0:
            train_losses.append(loss.item())
            train_counter.append((batch_idx*64) + ((epoch-1)*len(train_loader.dataset)))
            torch.save(network.state_dict(), 'model.pth')
# %%
def test():
    network.eval()
    test_loss = 0
    with torch.no_grad():
        for data, target in test_loader:
            test_loss += F.cross_entropy(network(data), target, reduction='sum').item()
    test_loss /= len(test_loader.dataset)
    test_losses.append(test_loss)
# %%
test()
for epoch in range(1, n_epochs + 1):
    train(epoch)
    test()
