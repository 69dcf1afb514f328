# Global generators of NumPy and Python in the loop and the dataset.
# %%
import random
import numpy as np
import torch
from torch.utils.data import Dataset, DataLoader
def seed_everything(seed):
    random.seed(seed); np.random.seed(seed); torch.manual_seed(seed)
seed_everything(13)
class Noisy(Dataset):
    def __init__(self, n):
        self.x = np.random.randn(n, 3).astype(np.float32)
    def __len__(self):
        return len(self.x)
    def __getitem__(self, i):
        x = self.x[i] * (1 + 0.1 * np.random.rand())
        if random.random() < 0.5:
            x = x[::-1].copy()
        return torch.from_numpy(x)
train_loader = DataLoader(Noisy(24), batch_size=6, shuffle=True)
model = torch.nn.Linear(3, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
# %%
for epoch in range(3):
    perm = np.random.permutation(4)
    for x in train_loader:
        optimizer.zero_grad()
        loss = (model(x) - x).abs().mean() * float(perm[0] + 1)
        loss.backward()
        optimizer.step()
