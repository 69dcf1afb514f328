# %%
import torch
torch.manual_seed(0)
# 训练数据
训练集 = torch.utils.data.TensorDataset(torch.randn(20, 2), torch.randn(20, 1))
dataloader = torch.utils.data.DataLoader(训练集, batch_size=5, shuffle=True)
net = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
def train_epoch(net, dataloader, optimizer):
    """训练一个周期"""
    总损失 = 0.0
    for x, y in dataloader:
        loss = torch.nn.functional.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        总损失 += loss.item()
    return 总损失
# %%
print("开始训练"); 损失列表 = []
for epoch in range(3):
    损失列表.append(train_epoch(net, dataloader, optimizer))
