# A closure for the optimizer.
# saves late: several backward passes a step
# %%
import torch
torch.manual_seed(0)
x = torch.randn(20, 3); y = x @ torch.tensor([[1.], [2.], [3.]])
model = torch.nn.Linear(3, 1)
criterion = torch.nn.MSELoss()
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.3, max_iter=3)
# %%
for i in range(6):
    print('STEP: ', i)
    def closure():
        optimizer.zero_grad()
        out = model(x)
        loss = criterion(out, y)
        loss.backward()
        return loss
    optimizer.step(closure)
