# Several critic steps for one of the generator.
# %%
import torch, torch.nn as nn
torch.manual_seed(0)
dataloader = torch.utils.data.DataLoader(torch.randn(40, 2), batch_size=5, shuffle=True)
generator = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))
critic = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer_G = torch.optim.RMSprop(generator.parameters(), lr=1e-3)
optimizer_D = torch.optim.RMSprop(critic.parameters(), lr=1e-3)
n_critic = 3
batches_done = 0
# %%
for epoch in range(2):
    for i, imgs in enumerate(dataloader):
        optimizer_D.zero_grad()
        z = torch.randn(imgs.shape[0], 3)
        loss_D = -critic(imgs).mean() + critic(generator(z).detach()).mean()
        loss_D.backward()
        optimizer_D.step()
        for p in critic.parameters():
            p.data.clamp_(-0.1, 0.1)
        if i % n_critic == 0:
            optimizer_G.zero_grad()
            loss_G = -critic(generator(z)).mean()
            loss_G.backward()
            optimizer_G.step()
        batches_done += 1
