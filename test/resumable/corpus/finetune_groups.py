# Parameter groups with their own learning rates; a warm-up schedule by a function.
# %%
import torch
from torch import nn
torch.manual_seed(0)
class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = nn.Embedding(20, 6)
        self.layer = nn.Linear(6, 6)
        self.classifier = nn.Linear(6, 2)
    def forward(self, input_ids, labels=None):
        h = torch.tanh(self.layer(self.embeddings(input_ids).mean(1)))
        logits = self.classifier(h)
        return nn.functional.cross_entropy(logits, labels), logits
def get_linear_schedule_with_warmup(optimizer, warmup, total):
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(s / max(1, warmup), max(0.0, (total - s) / (total - warmup))))
model = Bert()
train_dataloader = torch.utils.data.DataLoader(
    [{"input_ids": torch.randint(0, 20, (5,)), "labels": i % 2} for i in range(16)], batch_size=4, shuffle=True)
no_decay = ["bias"]
optimizer_grouped_parameters = [
    {"params": [p for n, p in model.named_parameters() if not any(nd in n for nd in no_decay)], "weight_decay": 0.01},
    {"params": [p for n, p in model.named_parameters() if any(nd in n for nd in no_decay)], "weight_decay": 0.0},
]
optimizer = torch.optim.AdamW(optimizer_grouped_parameters, lr=5e-3)
epochs = 3
total_steps = len(train_dataloader) * epochs
scheduler = get_linear_schedule_with_warmup(optimizer, 2, total_steps)
# %%
loss_values = []
for epoch_i in range(0, epochs):
    total_train_loss = 0
    model.train()
    for step, batch in enumerate(train_dataloader):
        model.zero_grad()
        loss, logits = model(batch["input_ids"], labels=batch["labels"])
        total_train_loss += loss.item()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
    avg_train_loss = total_train_loss / len(train_dataloader)
    loss_values.append(avg_train_loss)
