"""The transfer-learning tutorial: two phases an epoch, the best weights kept as a copy."""

import copy
import sys

import torch
from torch import nn

from runtime_kit import Run

torch.manual_seed(0)


data = torch.utils.data.TensorDataset(torch.randn(16, 3), torch.randint(0, 2, (16,)))
dataloaders = {
    phase: torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)
    for phase in ("train", "val")
}
model = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.Dropout(0.3), nn.Linear(6, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
run = Run("r", sys.argv[1], every=1).track(model=model, optimizer=optimizer, scheduler=scheduler)
best_weights = copy.deepcopy(model.state_dict())
best_acc = 0.0
results = []
for epoch in run.epochs(3):
    for phase in ["train", "val"]:
        if phase == "train":
            model.train()
        else:
            model.eval()
        running_loss = 0.0
        running_corrects = 0
        for inputs, labels in run.batches(dataloaders[phase]):
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == "train"):
                outputs = model(inputs)
                preds = outputs.argmax(1)
                loss = nn.functional.cross_entropy(outputs, labels)
                if phase == "train":
                    loss.backward()
                    optimizer.step()
            running_loss += loss.item() * inputs.size(0)
            running_corrects += torch.sum(preds == labels.data)
        if phase == "train":
            scheduler.step()
        epoch_loss = running_loss / 16
        epoch_acc = running_corrects.double() / 16
        results.append((phase, epoch_loss, float(epoch_acc)))
        if phase == "val" and epoch_acc > best_acc:
            best_acc = epoch_acc
            best_weights = copy.deepcopy(model.state_dict())
run.finish()
model.load_state_dict(best_weights)
