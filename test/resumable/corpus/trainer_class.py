# A class owns the loop; all it keeps between epochs is in lists.
# %%
import torch
from torch import nn
class Trainer:
    def __init__(self, model, optimizer, loader):
        self.model = model
        self.optimizer = optimizer
        self.loader = loader
        self.losses = []

    def train_epoch(self):
        self.model.train()
        total = 0
        for x in self.loader:
            self.optimizer.zero_grad()
            loss = (self.model(x) - x).pow(2).mean()
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        return total

    def fit(self, epochs):
        for epoch in range(epochs):
            self.losses.append(self.train_epoch())
# %%
torch.manual_seed(0)
net = nn.Linear(3, 3)
optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=4, shuffle=True)
trainer = Trainer(net, optimizer, loader)
trainer.fit(3)
losses = trainer.losses
