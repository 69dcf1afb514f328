# A permutation drawn in each epoch and cut into batches.
# %%
import torch
torch.manual_seed(0)
X, Y = torch.randn(30, 3), torch.randn(30, 1)
net = torch.nn.Linear(3, 1)
opt = torch.optim.Adam(net.parameters(), lr=0.05)
batch_size, n_epochs = 6, 3
# %%
for epoch in range(n_epochs):
    permutation = torch.randperm(X.size()[0])
    for i in range(0, X.size()[0], batch_size):
        indices = permutation[i:i+batch_size]
        batch_x, batch_y = X[indices], Y[indices]
        opt.zero_grad()
        loss = (net(batch_x) - batch_y).pow(2).mean()
        loss.backward()
        opt.step()
