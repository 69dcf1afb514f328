# A function makes model and optimizer, another one steps the global optimizer.
# %%
import torch, torch.nn as nn
torch.manual_seed(0)
device = 'cpu'
def get_model():
    class neuralnet(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(3, 4)
            self.b = nn.Linear(4, 1)
        def forward(self, x):
            return self.b(self.a(x).relu()), x
    model = neuralnet().to(device)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    return model.to(device), loss_fn, optimizer

def train_batch(x, y, model, opt, loss_fn):
    model.train()
    prediction = model(x)[0]
    batch_loss = loss_fn(prediction, y)
    batch_loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return batch_loss.item()
@torch.no_grad()
def accuracy(x, y, model):
    model.eval()
    return (model(x)[0] > y).float().numpy().tolist()
# %%
model, criterion, optimizer = get_model()
# %%
trn_dl = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(12, 3), torch.randn(12, 1)), batch_size=4, shuffle=True)
model, loss_fn, optimizer = get_model()
# %%
train_losses, train_accuracies = [], []
for epoch in range(4):
    train_epoch_losses, train_epoch_accuracies = [], []
    for ix, batch in enumerate(iter(trn_dl)):
        x, y = batch
        batch_loss = train_batch(x, y, model, optimizer, loss_fn)
        train_epoch_losses.append(batch_loss)
    for ix, batch in enumerate(iter(trn_dl)):
        x, y = batch
        train_epoch_accuracies.extend(accuracy(x, y, model))
    train_losses.append(sum(train_epoch_losses)); train_accuracies.append(train_epoch_accuracies)
