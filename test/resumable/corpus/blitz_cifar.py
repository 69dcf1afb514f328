# The two nested loops of the 60 minute introduction.
# %%
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(1)
data = [(torch.randn(3, 6, 6), i % 4) for i in range(24)]
trainloader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True, num_workers=0)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3)
        self.fc1 = nn.Linear(64, 4)

    def forward(self, x):
        return self.fc1(F.relu(self.conv1(x)).flatten(1))

net = Net()
# %%
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
# %%
for epoch in range(2):  # loop over the dataset multiple times

    running_loss = 0.0
    for i, data in enumerate(trainloader, 0):
        # get the inputs; data is a list of [inputs, labels]
        inputs, labels = data

        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()

        running_loss += loss.item()
        if i % 3 == 2:
            print(f'[{epoch + 1}, {i + 1:5d}] loss: {running_loss / 3:.3f}')
            running_loss = 0.0

print('Finished Training')
# %%
PATH = './cifar_net.pth'
torch.save(net.state_dict(), PATH)
