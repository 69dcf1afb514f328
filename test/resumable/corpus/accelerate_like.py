# prepare() returns the same objects.
# %%
import torch
class Accelerator:
    def prepare(self, *args):
        return args
    def backward(self, loss):
        loss.backward()
torch.manual_seed(0)
accelerator = Accelerator()
model = torch.nn.Linear(3, 3)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
dataloader = torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=4, shuffle=True)
model, optimizer, dataloader = accelerator.prepare(model, optimizer, dataloader)
# %%
for epoch in range(2):
    for batch in dataloader:
        optimizer.zero_grad()
        loss = (model(batch) - batch).abs().mean()
        accelerator.backward(loss)
        optimizer.step()
