# Functions within main(), called once.
# %%
import torch
def main():
    torch.manual_seed(0)
    loader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=6, shuffle=True)
    net = torch.nn.Linear(3, 3)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    def train_epoch(epoch):
        total = 0
        for x in loader:
            opt.zero_grad()
            loss = (net(x) - x).pow(2).mean()
            loss.backward()
            opt.step()
            total += loss.item()
        return total
    totals = []
    for epoch in range(3):
        totals.append(train_epoch(epoch))
    return totals, net.state_dict()
# %%
result = main()
