# The network keeps its own optimizer, counter and progress (make your own neural network style).
# %%
import torch, torch.nn as nn, random
torch.manual_seed(0); random.seed(0)
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(4, 3), nn.Sigmoid(), nn.Linear(3, 1), nn.Sigmoid())
        self.loss_function = nn.MSELoss()
        self.optimiser = torch.optim.SGD(self.parameters(), lr=0.01)
        self.counter = 0
        self.progress = []
    def forward(self, inputs):
        return self.model(inputs)
    def train(self, inputs, targets):
        outputs = self.forward(inputs)
        loss = self.loss_function(outputs, targets)
        self.counter += 1;
        if (self.counter % 3 == 0):
            self.progress.append(loss.item())
            pass
        if (self.counter % 20 == 0):
            print("counter = ", self.counter)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(1, 3), nn.Sigmoid(), nn.Linear(3, 4), nn.Sigmoid())
        self.optimiser = torch.optim.SGD(self.parameters(), lr=0.01)
        self.counter = 0
        self.progress = []
    def forward(self, inputs):
        return self.model(inputs)
    def train(self, D, inputs, targets):
        g_output = self.forward(inputs)
        d_output = D.forward(g_output)
        loss = D.loss_function(d_output, targets)
        self.counter += 1;
        if (self.counter % 3 == 0):
            self.progress.append(loss.item())
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
def generate_real():
    return torch.FloatTensor([random.uniform(0.8, 1.0), random.uniform(0.0, 0.2), random.uniform(0.8, 1.0), random.uniform(0.0, 0.2)])
# %%
D = Discriminator()
G = Generator()
image_list = []
for i in range(15):
    D.train(generate_real(), torch.FloatTensor([1.0]))
    D.train(G.forward(torch.FloatTensor([0.5])).detach(), torch.FloatTensor([0.0]))
    G.train(D, torch.FloatTensor([0.5]), torch.FloatTensor([1.0]))
    if (i % 5 == 0):
        image_list.append(G.forward(torch.FloatTensor([0.5])).detach().numpy())
# %%
d, g = D.progress, G.progress
count = D.counter
