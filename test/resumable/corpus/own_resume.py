# The notebook resumes by itself.
# refused: own-resume
# %%
import os
import torch
model = torch.nn.Linear(4, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
start_epoch = 0
if os.path.exists("last.pt"):
    checkpoint = torch.load("last.pt")
    model.load_state_dict(checkpoint["model"])
    start_epoch = checkpoint["epoch"] + 1
# %%
for epoch in range(start_epoch, 3):
    loss = model(torch.randn(4, 4)).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    torch.save({"model": model.state_dict(), "epoch": epoch}, "last.pt")
