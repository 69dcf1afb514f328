# A script with parse_args, seeds and a class, all under main().
# %%
import argparse
import random

import numpy as np
import torch
import torch.nn as nn


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", default=3, type=int)
    parser.add_argument("--lr", default=0.05, type=float)
    return parser.parse_args([])


def evaluate(model, loader):
    model.eval()
    with torch.no_grad():
        return sum((model(x) - x).abs().mean().item() for x in loader)


def main():
    args = get_args()
    set_seed(3)
    loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True)
    model = nn.Sequential(nn.Linear(3, 6), nn.Dropout(0.2), nn.Linear(6, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 2])
    best = 1e9
    log = []
    for epoch in range(args.epochs):
        model.train()
        for x in loader:
            loss = (model(x) - x).pow(2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
        score = evaluate(model, loader)
        best = min(best, score)
        log.append((epoch, score, scheduler.get_last_lr()[0]))
    return log, best


if __name__ == "__main__":
    outcome = main()
