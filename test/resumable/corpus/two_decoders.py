# The same training with two decoders; nothing is assigned.
# %%
import torch, torch.nn as nn, random
torch.manual_seed(0); random.seed(0)
enc = nn.Linear(3, 4)
dec_a, dec_b = nn.Linear(4, 2), nn.Linear(4, 2)
pairs = [(torch.randn(3), torch.randn(2)) for _ in range(10)]
losses = []
def train(encoder, decoder, n_iters, learning_rate=0.01):
    encoder_optimizer = torch.optim.SGD(encoder.parameters(), lr=learning_rate)
    decoder_optimizer = torch.optim.SGD(decoder.parameters(), lr=learning_rate)
    training_pairs = [random.choice(pairs) for i in range(n_iters)]
    criterion = nn.MSELoss()
    total = 0
    for it in range(1, n_iters + 1):
        a, b = training_pairs[it - 1]
        encoder_optimizer.zero_grad(); decoder_optimizer.zero_grad()
        loss = criterion(decoder(encoder(a).tanh()), b)
        loss.backward()
        encoder_optimizer.step(); decoder_optimizer.step()
        total += loss.item()
        if it % 3 == 0:
            losses.append(total / 3); total = 0
# %%
train(enc, dec_a, 8)
train(enc, dec_b, n_iters=9)
