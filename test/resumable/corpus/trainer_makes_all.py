# A class makes model and optimizer itself.
# %%
import torch
class Agent:
    def __init__(self):
        self.net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))
        self.optim = torch.optim.Adam(self.net.parameters(), lr=0.02)
    def learn(self, loader, n):
        for epoch in range(n):
            for x in loader:
                loss = (self.net(x) - x).pow(2).sum()
                self.optim.zero_grad()
                loss.backward()
                self.optim.step()
torch.manual_seed(0)
loader = torch.utils.data.DataLoader(torch.randn(20, 3), batch_size=4, shuffle=True)
# %%
agent = Agent()
agent.learn(loader, 3)
result = agent.net.state_dict()
