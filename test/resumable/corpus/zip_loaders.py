# Two loaders that go along with each other.
# %%
import torch
torch.manual_seed(0)
source = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=5, shuffle=True)
target = torch.utils.data.DataLoader(torch.randn(25, 3), batch_size=5, shuffle=True)
features = torch.nn.Linear(3, 4)
classifier = torch.nn.Linear(4, 2)
optimizer = torch.optim.Adam(list(features.parameters()) + list(classifier.parameters()), lr=0.01)
# %%
for epoch in range(3):
    features.train(); classifier.train()
    for i, (s, t) in enumerate(zip(source, target)):
        loss = classifier(features(s)).pow(2).mean() - classifier(features(t)).abs().mean() * 0.1 * i
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
