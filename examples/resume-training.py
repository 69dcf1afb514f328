# ---
# id: resume-training
# title: Train, be killed, go on
# description: The story of the example notebook; make_examples.py turns it into one
# tags: [example]
# languages: [python]
# version: 1
# ---

# %% [markdown]
# # Train, be killed, go on
#
# A small network learns to read handwritten digits, with the cells that the toolbar's **Mount Drive**, **Check GPU** and **Checkpoint & resume** insert.
#
# 1. **Run > Run All Cells**, and watch the epochs count up in the last cell.
# 2. In the middle of it: **Kernel > Restart Kernel**. Or kill the process, or the machine.
# 3. **Run > Run All Cells** again: training goes on with the first epoch that was not finished, and ends as if nothing had happened.
#
# To begin anew, delete the folder that the last cells name, or give another `RUN`.

# %%
import importlib.util


class Missing(Exception):
    """Shown as its one line, without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


PACKAGES = {"torch": "torch", "sklearn": "scikit-learn"}
missing = [pip for name, pip in PACKAGES.items() if importlib.util.find_spec(name) is None]
if missing:
    raise Missing(f"This example needs {' and '.join(missing)}: %pip install {' '.join(missing)}")

# %%
# snippet: drive-mount

# %%
# snippet: gpu-check

# %% [markdown]
# ## Data and model
#
# 1,797 pictures of digits that come with scikit-learn, and a small convolutional network.

# %%
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16  # 1797 x 1 x 8 x 8
labels = torch.tensor(digits.target)  # 1797
shuffled = torch.randperm(len(images))
train, test = shuffled[:1400], shuffled[1400:]
loader = DataLoader(
    TensorDataset(images[train], labels[train]),
    batch_size=32,
    shuffle=True,
    generator=torch.Generator().manual_seed(0),
)
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

# %%
# snippet: checkpoint-resume

# %% [markdown]
# ## Training
#
# Your loop, with `run.epochs(...)` in place of `range(...)`.

# %%
EPOCHS = 40


def accuracy():
    model.eval()
    with torch.no_grad():
        guesses = model(images[test].to(device)).argmax(dim=1).cpu()
    model.train()
    return (guesses == labels[test]).float().mean().item()


for epoch in run.epochs(EPOCHS):
    total = 0.0
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x.to(device)), y.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    scheduler.step()
    run.log(accuracy=accuracy())
    print(f"epoch {epoch:2d}  loss {total / len(loader):.4f}  accuracy {accuracy():.1%}")
