# A trainer is given what a function made, moves it, and saves it with a method of its own.
# %%
import torch
from torch import nn
class Trainer:
    def __init__(self, model, optimizer, loader, device):
        self.device = device
        self.model = model.to(device)
        self.optimizer = optimizer
        self.loader = loader

    def _run_batch(self, x):
        self.optimizer.zero_grad()
        loss = (self.model(x) - x).pow(2).mean()
        loss.backward()
        self.optimizer.step()

    def _run_epoch(self, epoch):
        for x in self.loader:
            self._run_batch(x.to(self.device))

    def _save(self):
        state = self.model.state_dict()
        torch.save(state, "last.pt")

    def train(self, epochs):
        for epoch in range(epochs):
            self._run_epoch(epoch)
            self._save()
# %%
def make_objects():
    model = nn.Linear(3, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    data = torch.randn(20, 3)
    return data, model, optimizer

def main(epochs):
    torch.manual_seed(0)
    data, model, optimizer = make_objects()
    loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
    trainer = Trainer(model, optimizer, loader, "cpu")
    trainer.train(epochs)
    return model
# %%
net = main(3)
