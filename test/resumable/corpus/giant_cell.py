# Everything in one cell.
# %%
import torch
from torch import nn
torch.manual_seed(0)
X = torch.randn(32, 4)
y = (X.sum(1) > 0).long()
class MLP(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.a = nn.Linear(4, hidden)
        self.b = nn.Linear(hidden, 2)
    def forward(self, x):
        return self.b(torch.relu(self.a(x)))
model = MLP()
opt = torch.optim.Adam(model.parameters(), lr=0.01)
crit = nn.CrossEntropyLoss()
dl = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=8, shuffle=True)
accs = []
for epoch in range(3):
    correct = 0
    for xb, yb in dl:
        out = model(xb)
        loss = crit(out, yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        correct += (out.argmax(1) == yb).sum().item()
    accs.append(correct / len(X))
    print(epoch, accs[-1])
print("done")
