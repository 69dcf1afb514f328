"""A word language model: a hidden state over batches, a loss that is shown and reset."""

import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.randint(0, 12, (60, 3))
embed = nn.Embedding(12, 6)
rnn = nn.LSTM(6, 6, dropout=0.2, num_layers=2)
head = nn.Linear(6, 12)
model = nn.ModuleList([embed, rnn, head])
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer)


def repackage(hidden):
    if isinstance(hidden, torch.Tensor):
        return hidden.detach()
    return tuple(repackage(h) for h in hidden)


best, lr, shown = None, 0.5, []
for epoch in run.epochs(3):
    total = 0.0
    hidden = (torch.zeros(2, 3, 6), torch.zeros(2, 3, 6))
    for number, i in enumerate(run.batches(range(0, 56, 8))):
        hidden = repackage(hidden)
        optimizer.zero_grad()
        output, hidden = rnn(embed(data[i : i + 4]), hidden)
        loss = nn.functional.cross_entropy(head(output).view(-1, 12), data[i + 1 : i + 5].view(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        optimizer.step()
        total += loss.item()
        if number % 3 == 2:
            shown.append(total / 3)
            total = 0
    value = total + float(hidden[0].sum())
    if best is None or value < best:
        best = value
    else:
        lr /= 4.0
        for group in optimizer.param_groups:
            group["lr"] = lr
run.finish()
