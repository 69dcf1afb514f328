# torch's AveragedModel.
# %%
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 4), batch_size=4, shuffle=True)
model = torch.nn.Linear(4, 4)
ema_model = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
# %%
for epoch in range(3):
    for x in loader:
        optimizer.zero_grad()
        loss = (model(x) - x).pow(2).mean()
        loss.backward()
        optimizer.step()
        ema_model.update_parameters(model)
