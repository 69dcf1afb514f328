# Magics and shell lines around the training.
# %%
!pip --version
%matplotlib inline
import torch
torch.manual_seed(0)
# %%
%%capture out
files = !ls
net = torch.nn.Linear(2, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
loader = torch.utils.data.DataLoader(torch.randn(12, 2), batch_size=4, shuffle=True)
# %%
%%time
for epoch in range(3):
    for x in loader:
        opt.zero_grad()
        (net(x) - x).pow(2).mean().backward()
        opt.step()
!nvidia-smi | head -3
