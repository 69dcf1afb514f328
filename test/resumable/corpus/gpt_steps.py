# Steps without epochs; batches drawn by a function; learning rate from the step.
# %%
import math
import torch
import torch.nn as nn
from torch.nn import functional as F
torch.manual_seed(1337)
batch_size, block_size, max_iters, eval_interval = 4, 6, 12, 5
data = torch.randint(0, 15, (300,))
n = int(0.9 * len(data))
train_data, val_data = data[:n], data[n:]
def get_batch(split):
    data = train_data if split == 'train' else val_data
    ix = torch.randint(len(data) - block_size, (batch_size,))
    x = torch.stack([data[i:i+block_size] for i in ix])
    y = torch.stack([data[i+1:i+block_size+1] for i in ix])
    return x, y
@torch.no_grad()
def estimate_loss():
    out = {}
    model.eval()
    for split in ['train', 'val']:
        losses = torch.zeros(3)
        for k in range(3):
            X, Y = get_batch(split)
            logits, loss = model(X, Y)
            losses[k] = loss.item()
        out[split] = losses.mean()
    model.train()
    return out
# %%
class BigramLanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(15, 15)
    def forward(self, idx, targets=None):
        logits = self.table(idx)
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.view(-1, 15), targets.view(-1))
model = BigramLanguageModel()
# %%
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
def get_lr(it):
    return 1e-2 * 0.5 * (1 + math.cos(math.pi * it / max_iters))
# %%
for iter in range(max_iters):
    for g in optimizer.param_groups:
        g['lr'] = get_lr(iter)
    # every once in a while evaluate the loss
    if iter % eval_interval == 0 or iter == max_iters - 1:
        losses = estimate_loss()
        print(f"step {iter}: train loss {losses['train']:.4f}, val loss {losses['val']:.4f}")
    xb, yb = get_batch('train')
    logits, loss = model(xb, yb)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
print(loss.item())
