# The last loss and accuracy are read behind the loop.
# %%
import torch
torch.manual_seed(0)
X, y = torch.randn(40, 3), torch.randint(0, 2, (40,))
model = torch.nn.Linear(3, 2)
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
train_loss, train_acc = [], []
# %%
for e in range(4):
    correct, seen = 0, 0
    for i in range(0, 40, 8):
        out = model(X[i:i + 8])
        loss = criterion(out, y[i:i + 8])
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        correct += (out.argmax(1) == y[i:i + 8]).sum().item(); seen += 8
    train_loss.append(loss.item()); train_acc.append(correct / seen)
print(f"final loss {loss.item():.3f}, accuracy {train_acc[-1]:.2%}")
