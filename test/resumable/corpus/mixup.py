# %%
import numpy as np, torch
torch.manual_seed(0); np.random.seed(0)
loader = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(torch.randn(24, 3), torch.randint(0, 2, (24,))), batch_size=6, shuffle=True, drop_last=True)
net = torch.nn.Linear(3, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True)
sched = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(opt, T_0=2)
criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
iters = len(loader)
# %%
def mixup_data(x, y, alpha=1.0):
    lam = np.random.beta(alpha, alpha)
    index = torch.randperm(x.size(0))
    return lam * x + (1 - lam) * x[index], y, y[index], lam
for epoch in range(4):
    for i, (x, y) in enumerate(loader):
        x, ya, yb, lam = mixup_data(x, y)
        out = net(x)
        loss = lam * criterion(out, ya) + (1 - lam) * criterion(out, yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        sched.step(epoch + i / iters)
