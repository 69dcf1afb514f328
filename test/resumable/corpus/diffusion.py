# Noise levels drawn in each step, EMA weights in a dict of tensors.
# %%
import torch
torch.manual_seed(0)
T = 20
betas = torch.linspace(1e-4, 0.02, T)
alphas_cumprod = torch.cumprod(1 - betas, 0)
loader = torch.utils.data.DataLoader(torch.randn(24, 4), batch_size=6, shuffle=True)
class Denoiser(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.time = torch.nn.Embedding(T, 4)
        self.net = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.SiLU(), torch.nn.Linear(16, 4))
    def forward(self, x, t):
        return self.net(x + self.time(t))
model = Denoiser()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
ema = {k: v.clone() for k, v in model.state_dict().items()}
# %%
for epoch in range(3):
    for step, batch in enumerate(loader):
        t = torch.randint(0, T, (batch.shape[0],))
        noise = torch.randn_like(batch)
        a = alphas_cumprod[t][:, None]
        noisy = a.sqrt() * batch + (1 - a).sqrt() * noise
        loss = torch.nn.functional.mse_loss(model(noisy, t), noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for k, v in model.state_dict().items():
                ema[k].mul_(0.9).add_(v, alpha=0.1)
