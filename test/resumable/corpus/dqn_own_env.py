# A replay memory of tensors, a target net, epsilon, an environment that is a function.
# %%
import random
from collections import deque
import torch
torch.manual_seed(0); random.seed(0)
def env_reset():
    return torch.zeros(2)
def env_move(state, action):
    nxt = (state + (0.1 if action == 1 else -0.1) * torch.ones(2)).clamp(-1, 1)
    return nxt, float(nxt.sum()), bool(nxt.abs().max() >= 0.5)
policy_net = torch.nn.Linear(2, 2)
target_net = torch.nn.Linear(2, 2)
target_net.load_state_dict(policy_net.state_dict())
optimizer = torch.optim.Adam(policy_net.parameters(), lr=0.01)
memory = deque(maxlen=50)
epsilon = 1.0
rewards = []
# %%
for episode in range(8):
    state = env_reset()
    total = 0.0
    for t in range(6):
        if random.random() < epsilon:
            action = random.randrange(2)
        else:
            with torch.no_grad():
                action = int(policy_net(state).argmax())
        nxt, reward, done = env_move(state, action)
        memory.append((state, action, reward, nxt, done))
        state = nxt
        total += reward
        if len(memory) >= 8:
            batch = random.sample(memory, 8)
            s = torch.stack([b[0] for b in batch]); n = torch.stack([b[3] for b in batch])
            a = torch.tensor([b[1] for b in batch]); r = torch.tensor([b[2] for b in batch])
            q = policy_net(s).gather(1, a[:, None]).squeeze(1)
            with torch.no_grad():
                y = r + 0.9 * target_net(n).max(1).values
            loss = (q - y).pow(2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if done:
            break
    epsilon = max(0.1, epsilon * 0.9)
    if episode % 3 == 0:
        target_net.load_state_dict(policy_net.state_dict())
    rewards.append(total)
