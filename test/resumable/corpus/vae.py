# %%
import torch
from torch import nn, optim
from torch.nn import functional as F
torch.manual_seed(1)
train_loader = torch.utils.data.DataLoader(torch.rand(30, 6), batch_size=6, shuffle=True)
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(6, 4); self.mu = nn.Linear(4, 2); self.lv = nn.Linear(4, 2); self.dec = nn.Linear(2, 6)
    def reparameterize(self, mu, logvar):
        return mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
    def forward(self, x):
        h = F.relu(self.enc(x)); mu, logvar = self.mu(h), self.lv(h)
        return torch.sigmoid(self.dec(self.reparameterize(mu, logvar))), mu, logvar
model = VAE()
optimizer = optim.Adam(model.parameters(), lr=1e-2)
def loss_function(recon_x, x, mu, logvar):
    return F.binary_cross_entropy(recon_x, x, reduction='sum') - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
# %%
def train(epoch):
    model.train()
    train_loss = 0
    for batch_idx, data in enumerate(train_loader):
        optimizer.zero_grad()
        recon_batch, mu, logvar = model(data)
        loss = loss_function(recon_batch, data, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
    print('====> Epoch: {} Average loss: {:.4f}'.format(epoch, train_loss / len(train_loader.dataset)))
# %%
for epoch in range(1, 4):
    train(epoch)
    with torch.no_grad():
        sample = model.dec(torch.randn(2, 2))
