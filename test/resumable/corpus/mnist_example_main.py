# A script's main() with arguments, train(args, ...) and a scheduler, called under __name__.
# %%
import argparse
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.optim.lr_scheduler import StepLR

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc = nn.Linear(6, 3)
        self.dropout = nn.Dropout(0.25)

    def forward(self, x):
        return F.log_softmax(self.fc(self.dropout(x)), dim=1)

def train(args, model, device, train_loader, optimizer, epoch):
    model.train()
    for batch_idx, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        optimizer.step()
        if batch_idx % args.log_interval == 0:
            print('Train Epoch: {} [{}/{} ({:.0f}%)]\tLoss: {:.6f}'.format(
                epoch, batch_idx * len(data), len(train_loader.dataset),
                100. * batch_idx / len(train_loader), loss.item()))
            if args.dry_run:
                break

def test(model, device, test_loader):
    model.eval()
    test_loss = 0
    with torch.no_grad():
        for data, target in test_loader:
            test_loss += F.nll_loss(model(data), target, reduction='sum').item()
    return test_loss / len(test_loader.dataset)

def main():
    parser = argparse.ArgumentParser(description='Example')
    parser.add_argument('--epochs', type=int, default=3)
    parser.add_argument('--log-interval', type=int, default=2)
    parser.add_argument('--dry-run', action='store_true')
    args = parser.parse_args([])
    torch.manual_seed(1)
    device = torch.device("cpu")
    x, y = torch.randn(30, 6), torch.randint(0, 3, (30,))
    train_loader = torch.utils.data.DataLoader(list(zip(x, y)), batch_size=5, shuffle=True)
    test_loader = torch.utils.data.DataLoader(list(zip(x, y)), batch_size=10)
    model = Net().to(device)
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
    for epoch in range(1, args.epochs + 1):
        train(args, model, device, train_loader, optimizer, epoch)
        loss = test(model, device, test_loader)
        scheduler.step()
    return loss, model.state_dict(), optimizer.state_dict()

if __name__ == '__main__':
    result = main()
