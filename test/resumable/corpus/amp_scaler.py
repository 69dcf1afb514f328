# Mixed precision with a scaler.
# %%
import torch
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(24, 4), batch_size=4, shuffle=True)
model = torch.nn.Linear(4, 4)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scaler = torch.amp.GradScaler("cpu", enabled=True)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=18)
# %%
for epoch in range(3):
    for input in loader:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            output = model(input)
            loss = torch.nn.functional.mse_loss(output.float(), input)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
        scheduler.step()
