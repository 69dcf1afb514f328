"""DCGAN: two networks, the generator at every second batch, pictures of a fixed noise."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.utils.data.TensorDataset(torch.randn(16, 4))
dataloader = torch.utils.data.DataLoader(data, batch_size=3, shuffle=True)
netD = nn.Sequential(nn.Linear(4, 6), nn.LeakyReLU(), nn.Dropout(0.2), nn.Linear(6, 1))
netG = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 4))
optimizerD = torch.optim.Adam(netD.parameters(), lr=0.01)
optimizerG = torch.optim.Adam(netG.parameters(), lr=0.01)
fixed_noise = torch.randn(3, 2)
run = Run("r", sys.argv[1], every=1)
run.track(netD=netD, netG=netG, optimizerD=optimizerD, optimizerG=optimizerG)
criterion = nn.BCEWithLogitsLoss()
img_list, G_losses, D_losses = [], [], []
iters = 0
for epoch in run.epochs(3):
    for i, (real,) in enumerate(run.batches(dataloader), 0):
        netD.zero_grad()
        label = torch.full((len(real), 1), 1.0)
        errD = criterion(netD(real), label)
        errD.backward()
        fake = netG(torch.randn(len(real), 2))
        label.fill_(0.0)
        errD_fake = criterion(netD(fake.detach()), label)
        errD_fake.backward()
        optimizerD.step()
        label.fill_(1.0)
        errG = criterion(netD(fake), label)
        errG.backward()
        if iters % 2 == 1:
            optimizerG.step()
            netG.zero_grad()
            G_losses.append(errG.item())
        D_losses.append(errD.item() + errD_fake.item())
        if iters % 5 == 0:
            with torch.no_grad():
                img_list.append(netG(fixed_noise).detach().cpu())
        iters += 1
run.finish()
