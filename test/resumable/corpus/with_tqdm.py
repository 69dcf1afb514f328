# %%
import torch
from tqdm import tqdm
torch.manual_seed(8)
loader = torch.utils.data.DataLoader(torch.randn(20, 2), batch_size=4, shuffle=True)
net = torch.nn.Linear(2, 2)
opt = torch.optim.Adam(net.parameters(), lr=0.1)
# %%
losses = []
for epoch in range(3):
    with tqdm(loader, unit="batch") as tepoch:
        for x in tepoch:
            tepoch.set_description(f"Epoch {epoch}")
            opt.zero_grad()
            loss = (net(x) - x).abs().mean()
            loss.backward()
            opt.step()
            tepoch.set_postfix(loss=loss.item())
    losses.append(loss.item())
