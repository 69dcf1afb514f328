"""The VAE example: a loss of a function, a sum that is divided by the data's size."""

import sys


import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)

loader = torch.utils.data.DataLoader(torch.randn(12, 3), batch_size=3, shuffle=True)
model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.2), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)


def fit(x):
    loss = (model(x) - 1).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(3, 6), nn.Linear(6, 2), nn.Linear(6, 2)
        self.fc3, self.fc4 = nn.Linear(2, 6), nn.Linear(6, 3)

    def forward(self, x):
        hidden = torch.relu(self.fc1(x))
        mu, logvar = self.fc21(hidden), self.fc22(hidden)
        z = mu + torch.randn_like(logvar) * torch.exp(0.5 * logvar)
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z)))), mu, logvar


def loss_function(recon, x, mu, logvar):
    bce = nn.functional.binary_cross_entropy(recon, x, reduction="sum")
    return bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


def train(epoch):
    vae.train()
    train_loss = 0
    for batch_idx, data in enumerate(run.batches(loader)):
        data = torch.sigmoid(data)
        optimizer.zero_grad()
        recon, mu, logvar = vae(data)
        loss = loss_function(recon, data, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
        if batch_idx % 2 == 0:
            shown.append((epoch, batch_idx * len(data), loss.item() / len(data)))
    return train_loss / len(loader.dataset)


def test(epoch):
    vae.eval()
    test_loss = 0
    with torch.no_grad():
        for data in loader:
            recon, mu, logvar = vae(torch.sigmoid(data))
            test_loss += loss_function(recon, torch.sigmoid(data), mu, logvar).item()
    return test_loss


vae = VAE()
optimizer = torch.optim.Adam(vae.parameters(), lr=0.01)
run.track(vae=vae, optimizer=optimizer)
shown, samples = [], []
for epoch in run.epochs(1, 4):
    average = train(epoch)
    shown.append((average, test(epoch)))
    with torch.no_grad():
        samples.append(torch.sigmoid(vae.fc4(torch.relu(vae.fc3(torch.randn(2, 2))))))
run.finish()
