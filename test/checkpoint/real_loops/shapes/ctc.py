"""Speech: a sampler of buckets that is shuffled by hand, padding with chance, meters."""

import sys
import random
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Sampler
from runtime_kit import Run

torch.manual_seed(0)


class BucketingSampler(Sampler):
    def __init__(self, n, bs):
        ids = list(range(n))
        self.bins = [ids[i : i + bs] for i in range(0, n, bs)]

    def __iter__(self):
        for ids in self.bins:
            np.random.shuffle(ids)
            yield ids

    def __len__(self):
        return len(self.bins)

    def shuffle(self, epoch):
        np.random.shuffle(self.bins)


class Speech(Dataset):
    def __len__(self):
        return 12

    def __getitem__(self, i):
        T = 4 + i % 3
        return torch.full((T, 3), float(i)) + torch.randn(T, 3), torch.tensor([1 + i % 3, 2])


def collate(batch):
    xs, ys = zip(*batch)
    lens = torch.tensor([len(x) for x in xs])
    if random.random() < 0.5:
        xs = [x * 0.9 for x in xs]
    return nn.utils.rnn.pad_sequence(xs), torch.stack(ys), lens


def greedy(p):
    return p.argmax(-1).t().tolist()


class AverageMeter:
    def __init__(self):
        self.reset()

    def reset(self):
        self.val = self.avg = self.sum = self.count = 0

    def update(self, v, n=1):
        self.val = v
        self.sum += v * n
        self.count += n
        self.avg = self.sum / self.count


sampler = BucketingSampler(12, 3)
loader = DataLoader(Speech(), batch_sampler=sampler, collate_fn=collate)
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 5))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
criterion = nn.CTCLoss(zero_infinity=True)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
loss_results, wer_results = torch.zeros(4), torch.zeros(4)
best_wer, avg_loss = None, 0
losses = AverageMeter()
for epoch in run.epochs(4):
    model.train()
    losses.reset()
    for i, (x, y, lens) in enumerate(run.batches(loader), start=0):
        p = model(x).log_softmax(-1)
        loss = criterion(p, y, lens, torch.full((len(lens),), 2))
        loss_value = loss.item()
        if loss_value == float("inf"):
            loss_value = 0
        avg_loss += loss_value
        losses.update(loss_value, x.size(1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 400)
        optimizer.step()
    avg_loss /= len(sampler)
    total_wer = 0
    model.eval()
    with torch.no_grad():
        for x, y, lens in loader:
            total_wer += sum(len(set(r)) for r in greedy(model(x)))
    loss_results[epoch] = avg_loss
    wer_results[epoch] = total_wer
    for g in optimizer.param_groups:
        g["lr"] = g["lr"] / 1.1
    if best_wer is None or best_wer > total_wer:
        best_wer = total_wer
        avg_loss = 0
    if epoch > 0:
        sampler.shuffle(epoch)
run.finish()
