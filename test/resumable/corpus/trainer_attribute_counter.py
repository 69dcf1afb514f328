# %%
import torch
class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        self.iteration = 0
    def run(self, loader):
        for epoch in range(3):
            for x in loader:
                self.optimizer.zero_grad()
                self.model(x).pow(2).mean().backward()
                self.optimizer.step()
                self.iteration += 1
# %%
torch.manual_seed(0)
trainer = Trainer(torch.nn.Linear(3, 3))
trainer.run(torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=4))
