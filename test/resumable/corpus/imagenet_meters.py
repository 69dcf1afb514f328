# AverageMeter made in each epoch within the function; validation returns the best.
# %%
import torch
class AverageMeter(object):
    def __init__(self, name):
        self.name = name
        self.reset()
    def reset(self):
        self.val = 0
        self.avg = 0
        self.sum = 0
        self.count = 0
    def update(self, val, n=1):
        self.val = val
        self.sum += val * n
        self.count += n
        self.avg = self.sum / self.count
    def state_dict(self):
        return dict(self.__dict__)
    def load_state_dict(self, state):
        self.__dict__.update(state)
torch.manual_seed(0)
ds = torch.utils.data.TensorDataset(torch.randn(24, 3), torch.randint(0, 2, (24,)))
train_loader = torch.utils.data.DataLoader(ds, batch_size=6, shuffle=True)
model = torch.nn.Linear(3, 2)
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
losses = AverageMeter('Loss')
# %%
for epoch in range(3):
    losses.reset()
    for images, target in train_loader:
        loss = criterion(model(images), target)
        losses.update(loss.item(), images.size(0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(losses.avg)
