# The parameters to train are gathered by name in a list.
# %%
import torch, torch.nn as nn, copy
torch.manual_seed(0)
net = nn.Sequential()
net.add_module("features", nn.Linear(4, 8)); net.add_module("classifier", nn.Linear(8, 2))
params_to_update = []
update_param_names = ["classifier.weight", "classifier.bias"]
for name, param in net.named_parameters():
    if name in update_param_names:
        param.requires_grad = True
        params_to_update.append(param)
    else:
        param.requires_grad = False
optimizer = torch.optim.SGD(params=params_to_update, lr=0.05, momentum=0.9)
criterion = nn.CrossEntropyLoss()
ds = torch.utils.data.TensorDataset(torch.randn(12, 4), torch.randint(0, 2, (12,)))
dataloaders_dict = {"train": torch.utils.data.DataLoader(ds, batch_size=4, shuffle=True), "val": torch.utils.data.DataLoader(ds, batch_size=4)}
# %%
def train_model(net, dataloaders_dict, criterion, optimizer, num_epochs):
    for epoch in range(num_epochs):
        print('Epoch {}/{}'.format(epoch+1, num_epochs))
        for phase in ['train', 'val']:
            if phase == 'train':
                net.train()
            else:
                net.eval()
            epoch_loss = 0.0
            epoch_corrects = 0
            if (epoch == 0) and (phase == 'train'):
                continue
            for inputs, labels in dataloaders_dict[phase]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == 'train'):
                    outputs = net(inputs)
                    loss = criterion(outputs, labels)
                    _, preds = torch.max(outputs, 1)
                    if phase == 'train':
                        loss.backward()
                        optimizer.step()
                    epoch_loss += loss.item() * inputs.size(0)
                    epoch_corrects += torch.sum(preds == labels.data)
            print(epoch_loss / len(dataloaders_dict[phase].dataset), epoch_corrects)
# %%
train_model(net, dataloaders_dict, criterion, optimizer, num_epochs=4)
