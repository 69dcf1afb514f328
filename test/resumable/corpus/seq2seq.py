# Encoder and decoder with an optimizer each; pairs drawn by random.choice.
# %%
import random
import torch
from torch import nn
random.seed(0); torch.manual_seed(0)
pairs = [(torch.randint(0, 8, (4,)), torch.randint(0, 8, (4,))) for _ in range(12)]
class Encoder(nn.Module):
    def __init__(self):
        super().__init__(); self.emb = nn.Embedding(8, 5); self.gru = nn.GRU(5, 5)
    def forward(self, x):
        return self.gru(self.emb(x)[:, None])[1]
class Decoder(nn.Module):
    def __init__(self):
        super().__init__(); self.emb = nn.Embedding(8, 5); self.gru = nn.GRU(5, 5); self.out = nn.Linear(5, 8)
    def forward(self, x, h):
        y, h = self.gru(self.emb(x)[:, None], h)
        return self.out(y[:, 0]), h
# %%
def train(input_tensor, target_tensor, encoder, decoder, encoder_optimizer, decoder_optimizer, criterion):
    encoder_optimizer.zero_grad()
    decoder_optimizer.zero_grad()
    h = encoder(input_tensor)
    logits, h = decoder(target_tensor, h)
    loss = criterion(logits, target_tensor)
    loss.backward()
    encoder_optimizer.step()
    decoder_optimizer.step()
    return loss.item()

def trainIters(encoder, decoder, n_iters, print_every=4, learning_rate=0.05):
    plot_losses = []
    print_loss_total = 0
    encoder_optimizer = torch.optim.SGD(encoder.parameters(), lr=learning_rate)
    decoder_optimizer = torch.optim.SGD(decoder.parameters(), lr=learning_rate)
    training_pairs = [random.choice(pairs) for i in range(n_iters)]
    criterion = nn.CrossEntropyLoss()
    for iter in range(1, n_iters + 1):
        a, b = training_pairs[iter - 1]
        loss = train(a, b, encoder, decoder, encoder_optimizer, decoder_optimizer, criterion)
        print_loss_total += loss
        if iter % print_every == 0:
            plot_losses.append(print_loss_total / print_every)
            print_loss_total = 0
    return plot_losses
# %%
encoder1 = Encoder()
decoder1 = Decoder()
losses = trainIters(encoder1, decoder1, 10)
