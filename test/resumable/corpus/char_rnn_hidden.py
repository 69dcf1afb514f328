# A word model whose hidden state goes on from batch to batch.
# %%
import torch
from torch import nn
torch.manual_seed(7)
corpus = torch.randint(0, 12, (121,))
class RNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(12, 6)
        self.rnn = nn.GRU(6, 8, batch_first=True)
        self.out = nn.Linear(8, 12)
    def forward(self, x, h):
        y, h = self.rnn(self.emb(x), h)
        return self.out(y), h
model = RNN()
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
lossf = nn.CrossEntropyLoss()
seq = 10
# %%
history = []
for epoch in range(3):
    hidden = None
    total = 0.
    for i in range(0, len(corpus) - 1 - seq, seq):
        x = corpus[i:i + seq][None]
        y = corpus[i + 1:i + seq + 1][None]
        out, hidden = model(x, hidden)
        hidden = hidden.detach()
        loss = lossf(out.view(-1, 12), y.view(-1))
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        total += loss.item()
    history.append(total)
