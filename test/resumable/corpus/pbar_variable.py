# The bar in a variable, with a postfix.
# %%
import torch
from tqdm import tqdm
torch.manual_seed(4)
loader = torch.utils.data.DataLoader(torch.randn(20, 2), batch_size=4, shuffle=True)
net = torch.nn.Linear(2, 2)
opt = torch.optim.Adam(net.parameters(), lr=0.1)
# %%
for epoch in range(2):
    pbar = tqdm(loader, total=len(loader))
    running = 0.0
    for step, x in enumerate(pbar):
        loss = (net(x) - x).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        running = 0.9 * running + 0.1 * loss.item()
        pbar.set_description(f"{epoch}:{step} {running:.3f}")
