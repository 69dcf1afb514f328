# %%
import torch
from tqdm.notebook import tqdm
from tqdm import tqdm
torch.manual_seed(4)
loader = torch.utils.data.DataLoader(torch.randn(20, 2), batch_size=4, shuffle=True)
net = torch.nn.Linear(2, 2)
opt = torch.optim.Adam(net.parameters(), lr=0.1)
acc = 2
# %%
for ep in range(2):
    for i, x in enumerate(tqdm(loader, desc=f"Epoch {ep}")):
        loss = (net(x) - x).pow(2).mean() / acc
        loss.backward()
        if (i + 1) % acc == 0 or i + 1 == len(loader):
            opt.step()
            opt.zero_grad()
