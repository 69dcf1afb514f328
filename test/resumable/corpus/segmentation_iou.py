# Metrics in tensors and dicts.
# %%
import torch
from collections import defaultdict
torch.manual_seed(0)
ds = torch.utils.data.TensorDataset(torch.randn(16, 1, 6, 6), torch.randint(0, 2, (16, 6, 6)))
train_dl = torch.utils.data.DataLoader(ds, batch_size=4, shuffle=True)
unet = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3, padding=1), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Conv2d(4, 2, 1))
optimizer = torch.optim.Adam(unet.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode='max', patience=0)
ce = torch.nn.CrossEntropyLoss()
logs = defaultdict(list)
# %%
for epoch in range(3):
    inter, union = torch.zeros(2), torch.zeros(2)
    epoch_loss = 0
    for img, mask in train_dl:
        logits = unet(img)
        loss = ce(logits, mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
        pred = logits.argmax(1)
        for c in range(2):
            inter[c] += ((pred == c) & (mask == c)).sum()
            union[c] += ((pred == c) | (mask == c)).sum()
    iou = (inter / union.clamp(min=1)).mean().item()
    scheduler.step(iou)
    logs["iou"].append(iou)
    logs["loss"].append(epoch_loss)
