# An image is what is optimized; a counter in a list, the closure counts.
# %%
import torch, torch.nn as nn
torch.manual_seed(0)
cnn = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()).eval()
target = cnn(torch.randn(1, 1, 6, 6)).detach()
input_img = torch.randn(1, 1, 6, 6).requires_grad_(True)
optimizer = torch.optim.Adam([input_img], lr=0.1)
# %%
for run_step in range(7):
    with torch.no_grad():
        input_img.clamp_(-2, 2)
    optimizer.zero_grad()
    score = ((cnn(input_img) - target) ** 2).mean()
    score.backward()
    optimizer.step()
