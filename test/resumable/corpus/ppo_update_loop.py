# Rollouts and several passes over them in each update.
# %%
import torch
torch.manual_seed(0)
actor, value = torch.nn.Linear(3, 2), torch.nn.Linear(3, 1)
optimizer = torch.optim.Adam([*actor.parameters(), *value.parameters()], lr=1e-2)
returns_history = []
# %%
state = torch.zeros(4, 3)
for update in range(5):
    states, logps, actions = [], [], []
    for t in range(3):
        with torch.no_grad():
            dist = torch.distributions.Categorical(logits=actor(state))
            a = dist.sample()
        states.append(state); actions.append(a); logps.append(dist.log_prob(a))
        state = torch.tanh(state + 0.1 * (a[:, None] * 2 - 1) + 0.01 * torch.randn_like(state))
    S, A, L = torch.cat(states), torch.cat(actions), torch.cat(logps)
    R = S.sum(1)
    for epoch in range(2):
        for idx in torch.randperm(len(S)).split(6):
            dist = torch.distributions.Categorical(logits=actor(S[idx]))
            ratio = (dist.log_prob(A[idx]) - L[idx]).exp()
            adv = R[idx] - value(S[idx]).squeeze(1).detach()
            loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = loss + (value(S[idx]).squeeze(1) - R[idx]).pow(2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    returns_history.append(R.mean().item())
