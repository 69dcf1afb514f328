# itertools.cycle keeps the first pass: it is another order.
# refused: iterator
# %%
import itertools, torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(12, 2), batch_size=4, shuffle=True)
net = torch.nn.Linear(2, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
it = itertools.cycle(loader)
for step in range(6):
    x = next(it)
    opt.zero_grad()
    net(x).pow(2).mean().backward()
    opt.step()
