# %% [markdown]
# # Train, crash, resume
#
# A small network learns to read handwritten digits. It is an ordinary PyTorch training: nothing in it saves anything yet.
#
# 1. Click **Checkpoint & resume** in the toolbar. A diff shows the lines that would change. Click **Apply**.
# 2. **Run > Run All Cells**, and watch the epochs count up.
# 3. In the middle of it: **Kernel > Restart Kernel**. Or kill the process, or the machine.
# 4. **Run > Run All Cells** again. Training resumes with the next batch, and ends as if nothing had happened.
#
# This example needs PyTorch and scikit-learn. To start over, give `Run(...)` another name.

# %%
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()  # 1,797 pictures that come with scikit-learn
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16  # 1797 x 1 x 8 x 8
labels = torch.tensor(digits.target)
shuffled = torch.randperm(len(images))
train, test = shuffled[:1400], shuffled[1400:]
loader = DataLoader(TensorDataset(images[train], labels[train]), batch_size=32, shuffle=True)

# %%
model = nn.Sequential(
    nn.Conv2d(1, 32, 3, padding=1),
    nn.ReLU(),
    nn.Conv2d(32, 64, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Dropout(0.3),
    nn.Flatten(),
    nn.Linear(64 * 4 * 4, 10),
).to(device)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=40)


def accuracy():
    model.eval()
    with torch.no_grad():
        guesses = model(images[test].to(device)).argmax(dim=1).cpu()
    model.train()
    return (guesses == labels[test]).float().mean().item()


# %%
EPOCHS = 40
best = 0.0

for epoch in range(EPOCHS):
    total = 0.0
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x.to(device)), y.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    scheduler.step()
    best = max(best, accuracy())
    print(f"epoch {epoch:2d}  loss {total / len(loader):.4f}  best accuracy {best:.1%}")
