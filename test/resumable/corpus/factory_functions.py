# Objects come from functions, a config from a dict.
# %%
import torch
cfg = {"lr": 0.05, "epochs": 3, "batch": 5}
def get_model():
    m = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))
    opt = torch.optim.Adam(m.parameters(), lr=cfg["lr"])
    return m, opt
def get_data():
    return torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=cfg["batch"], shuffle=True)
def loss_batch(model, xb, opt=None):
    loss = (model(xb) - xb).pow(2).mean()
    if opt is not None:
        loss.backward()
        opt.step()
        opt.zero_grad()
    return loss.item(), len(xb)
def fit(epochs, model, opt, train_dl, valid_dl):
    for epoch in range(epochs):
        model.train()
        for xb in train_dl:
            loss_batch(model, xb, opt)
        model.eval()
        with torch.no_grad():
            losses, nums = zip(*[loss_batch(model, xb) for xb in valid_dl])
        print(epoch, sum(losses))
# %%
torch.manual_seed(0)
train_dl, valid_dl = get_data(), get_data()
model, opt = get_model()
fit(cfg["epochs"], model, opt, train_dl, valid_dl)
