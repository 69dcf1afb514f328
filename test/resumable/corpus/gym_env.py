# An environment of a library.
# refused: environment
# %%
import torch
class Gym:
    def make(self, name): return None
gym = Gym()
env = gym.make("CartPole-v1")
policy = torch.nn.Linear(4, 2)
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
# %%
for episode in range(3):
    state = env.reset()
    for t in range(5):
        action = policy(torch.tensor(state)).argmax()
        state, reward, done, info = env.step(action.item())
    loss = policy(torch.tensor(state)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
