# A model for each fold.
# %%
import torch, numpy as np
from sklearn.model_selection import KFold
torch.manual_seed(0)
X, Y = torch.randn(30, 3), torch.randn(30, 1)
kf = KFold(n_splits=3, shuffle=True, random_state=0)
scores = []
# %%
for fold, (tr, va) in enumerate(kf.split(X)):
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X[tr], Y[tr]), batch_size=5, shuffle=True)
    for epoch in range(2):
        for x, y in loader:
            optimizer.zero_grad()
            loss = (model(x) - y).pow(2).mean()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        scores.append((model(X[va]) - Y[va]).pow(2).mean().item())
mean_score = np.mean(scores)
