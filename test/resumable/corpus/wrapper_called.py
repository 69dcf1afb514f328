# A wrapper with fewer parameters is called for several settings (as in d2l's chapter on optimization).
# %%
import torch, torch.nn as nn
torch.manual_seed(0)
features, labels = torch.randn(24, 3), torch.randn(24)
def train_ch7(optimizer_fn, hyperparams, features, labels, batch_size=10, num_epochs=2):
    net = nn.Sequential(nn.Linear(3, 1))
    optimizer = optimizer_fn(net.parameters(), **hyperparams)
    ls = []
    data_iter = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(features, labels), batch_size, shuffle=True)
    for _ in range(num_epochs):
        for batch_i, (X, y) in enumerate(data_iter):
            l = (net(X).view(-1) - y).pow(2).mean() / 2
            optimizer.zero_grad()
            l.backward()
            optimizer.step()
            ls.append(l.item())
    print('loss: %f' % ls[-1])
    return ls
def train_sgd(lr, batch_size, num_epochs=2):
    return train_ch7(torch.optim.SGD, {'lr': lr}, features, labels, batch_size, num_epochs)
# %%
gd = train_sgd(0.1, 24, 3)
# %%
sgd = train_sgd(0.005, 6)
mini = train_sgd(0.05, 10)
