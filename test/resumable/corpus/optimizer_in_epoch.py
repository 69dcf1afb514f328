# refused: new-optimizer
# %%
import torch
net = torch.nn.Linear(2, 2)
loader = torch.utils.data.DataLoader(torch.randn(8, 2), batch_size=4)
for epoch in range(3):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1 / (epoch + 1))
    for x in loader:
        optimizer.zero_grad()
        net(x).pow(2).mean().backward()
        optimizer.step()
