# saves late
# Two networks and two optimizers, images kept in lists.
# %%
import torch, torch.nn as nn, torch.optim as optim
torch.manual_seed(999)
dataset = torch.utils.data.TensorDataset(torch.randn(32, 5))
dataloader = torch.utils.data.DataLoader(dataset, batch_size=8, shuffle=True)
nz = 4
netG = nn.Sequential(nn.Linear(nz, 8), nn.BatchNorm1d(8), nn.ReLU(True), nn.Linear(8, 5))
netD = nn.Sequential(nn.Linear(5, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1), nn.Sigmoid())
# %%
criterion = nn.BCELoss()
fixed_noise = torch.randn(6, nz)
real_label = 1.
fake_label = 0.
optimizerD = optim.Adam(netD.parameters(), lr=2e-3, betas=(0.5, 0.999))
optimizerG = optim.Adam(netG.parameters(), lr=2e-3, betas=(0.5, 0.999))
# %%
img_list = []
G_losses = []
D_losses = []
iters = 0
num_epochs = 3

print("Starting Training Loop...")
for epoch in range(num_epochs):
    for i, data in enumerate(dataloader, 0):
        netD.zero_grad()
        real = data[0]
        label = torch.full((real.size(0),), real_label)
        output = netD(real).view(-1)
        errD_real = criterion(output, label)
        errD_real.backward()
        noise = torch.randn(real.size(0), nz)
        fake = netG(noise)
        label.fill_(fake_label)
        output = netD(fake.detach()).view(-1)
        errD_fake = criterion(output, label)
        errD_fake.backward()
        errD = errD_real + errD_fake
        optimizerD.step()

        netG.zero_grad()
        label.fill_(real_label)
        errG = criterion(netD(fake).view(-1), label)
        errG.backward()
        optimizerG.step()
        if i % 2 == 0:
            print(f'[{epoch}/{num_epochs}][{i}/{len(dataloader)}] {errD.item():.4f}')
        G_losses.append(errG.item())
        D_losses.append(errD.item())
        if (iters % 5 == 0) or ((epoch == num_epochs-1) and (i == len(dataloader)-1)):
            with torch.no_grad():
                fake = netG(fixed_noise).detach().cpu()
            img_list.append(fake)
        iters += 1
