# The model makes its optimizer and takes the step.
# %%
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.loss = nn.MSELoss()
        self.optimizer = torch.optim.Adam(self.parameters(), lr=0.02)

    def forward(self, x):
        return self.layer(x)

    def train_batch(self, x):
        self.train()
        self.optimizer.zero_grad()
        loss = self.loss(self.forward(x), x)
        loss.backward()
        self.optimizer.step()
        return loss.item()
# %%
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=4, shuffle=True)
model = Net().to("cpu")
costs = []
for epoch in range(3):
    cost = 0
    for x in loader:
        cost += model.train_batch(x) / len(loader)
    costs.append(cost)
