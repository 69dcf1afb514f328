# %%
import torch
from torch.optim.swa_utils import AveragedModel, SWALR
from torch.optim.lr_scheduler import CosineAnnealingLR
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 4), batch_size=4, shuffle=True)
model = torch.nn.Linear(4, 4)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
swa_model = AveragedModel(model)
scheduler = CosineAnnealingLR(optimizer, T_max=10)
swa_start = 2
swa_scheduler = SWALR(optimizer, swa_lr=0.05)
# %%
for epoch in range(5):
    for input in loader:
        optimizer.zero_grad()
        (model(input) - input).pow(2).mean().backward()
        optimizer.step()
    if epoch > swa_start:
        swa_model.update_parameters(model)
        swa_scheduler.step()
    else:
        scheduler.step()
torch.optim.swa_utils.update_bn(loader, swa_model)
