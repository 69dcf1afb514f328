# A while loop with a flag, ended by an EarlyStopping that keeps the best weights.
# %%
import copy, torch, torch.nn as nn
torch.manual_seed(0)
class EarlyStopping:
    def __init__(self, patience=5, min_delta=0, restore_best_weights=True):
        self.patience = patience
        self.min_delta = min_delta
        self.restore_best_weights = restore_best_weights
        self.best_model = None
        self.best_loss = None
        self.counter = 0
        self.status = ""

    def __call__(self, model, val_loss):
        if self.best_loss is None:
            self.best_loss = val_loss
            self.best_model = copy.deepcopy(model.state_dict())
        elif self.best_loss - val_loss >= self.min_delta:
            self.best_model = copy.deepcopy(model.state_dict())
            self.best_loss = val_loss
            self.counter = 0
            self.status = f"Improvement found, counter reset to {self.counter}"
        else:
            self.counter += 1
            self.status = f"No improvement in the last {self.counter} epochs"
            if self.counter >= self.patience:
                self.status = f"Early stopping triggered after {self.counter} epochs."
                if self.restore_best_weights:
                    model.load_state_dict(self.best_model)
                return True
        return False
# %%
x_train, y_train = torch.randn(24, 4), torch.randn(24, 1)
x_test, y_test = torch.randn(12, 4), torch.randn(12, 1)
dataloader_train = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x_train, y_train), batch_size=8, shuffle=True)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
loss_fn = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
es = EarlyStopping(patience=3)
epoch = 0
done = False
while epoch < 30 and not done:
    epoch += 1
    steps = list(enumerate(dataloader_train))
    model.train()
    for i, (x_batch, y_batch) in steps:
        y_batch_pred = model(x_batch)
        loss = loss_fn(y_batch_pred, y_batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    vloss = loss_fn(model(x_test), y_test).item()
    if es(model, vloss):
        done = True
