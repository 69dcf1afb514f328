"""MoCo: a momentum encoder, a queue, two views of each picture."""

import sys
import math
import copy
import random
import argparse
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset
from runtime_kit import Run

torch.manual_seed(0)


class MoCo(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.Linear(4, 3)
        self.k = copy.deepcopy(self.q)
        for p in self.k.parameters():
            p.requires_grad = False
        self.register_buffer("queue", F.normalize(torch.randn(3, 8), dim=0))
        self.register_buffer("ptr", torch.zeros(1, dtype=torch.long))
        self.steps = 0

    @torch.no_grad()
    def momentum(self):
        for a, b in zip(self.q.parameters(), self.k.parameters()):
            b.data = b.data * 0.9 + a.data * 0.1

    @torch.no_grad()
    def push(self, keys):
        ptr = int(self.ptr)
        n = len(keys)
        self.queue[:, ptr : ptr + n] = keys.T
        self.ptr[0] = (ptr + n) % 8

    def forward(self, a, b):
        q = F.normalize(self.q(a), dim=1)
        with torch.no_grad():
            self.momentum()
            idx = torch.randperm(len(b))
            back = torch.argsort(idx)
            k = F.normalize(self.k(b[idx]), dim=1)[back]
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ self.queue.clone()], 1)
        self.push(k)
        self.steps += 1
        return logits, torch.zeros(len(a), dtype=torch.long)


class Two:
    def __init__(self, base):
        self.base = base

    def __call__(self, x):
        return self.base(x), self.base(x)


class Views(Dataset):
    def __init__(self, transform):
        self.x, self.transform = torch.randn(16, 4), transform

    def __len__(self):
        return 16

    def __getitem__(self, i):
        return self.transform(self.x[i])


def jitter(x):
    return x + 0.1 * torch.randn_like(x) * random.random()


def adjust(optimizer, epoch, args):
    lr = args.lr * 0.5 * (1 + math.cos(math.pi * epoch / args.epochs))
    for g in optimizer.param_groups:
        g["lr"] = lr


def accuracy(out, target, topk=(1,)):
    return [(out.argmax(1) == target).float().mean().item()]


parser = argparse.ArgumentParser()
parser.add_argument("--lr", default=0.03, type=float)
parser.add_argument("--epochs", default=3, type=int)
args = parser.parse_args([])
model = MoCo()
optimizer = torch.optim.SGD(model.parameters(), args.lr, momentum=0.9, weight_decay=1e-4)
loader = DataLoader(Views(Two(jitter)), 4, shuffle=True, drop_last=True)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)
top = []


def train(loader, model, optimizer, epoch, args):
    model.train()
    acc = 0.0
    for i, (a, b) in enumerate(run.batches(loader)):
        out, target = model(a, b)
        loss = F.cross_entropy(out / 0.07, target)
        acc += accuracy(out, target)[0]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i % 2 == 0:
            top.append((epoch, i, loss.item(), acc / (i + 1)))


for epoch in run.epochs(args.epochs):
    adjust(optimizer, epoch, args)
    train(loader, model, optimizer, epoch, args)
steps = model.steps
run.finish()
