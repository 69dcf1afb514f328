"""StyleGAN 2: penalties that are applied now and then, and kept to be shown."""

import sys
import copy
import random
import collections
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm
from runtime_kit import Run

torch.manual_seed(0)


def sample_data(loader):
    while True:
        yield from loader


def accumulate(m1, m2, decay):
    a, b = dict(m1.named_parameters()), dict(m2.named_parameters())
    for k in a:
        a[k].data.mul_(decay).add_(b[k].data, alpha=1 - decay)


def requires_grad(m, flag=True):
    for p in m.parameters():
        p.requires_grad = flag


def mixing_noise(n, prob):
    if prob > 0 and random.random() < prob:
        return torch.randn(2, n, 2).unbind(0)
    return [torch.randn(n, 2)]


loader = DataLoader(torch.randn(18, 4), 3, shuffle=True, drop_last=True)
generator = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 4))
g_ema = copy.deepcopy(generator)
g_ema.eval()
discriminator = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
g_optim = torch.optim.Adam(generator.parameters(), 0.01, betas=(0.0, 0.99))
d_optim = torch.optim.Adam(discriminator.parameters(), 0.01, betas=(0.0, 0.99))
run = Run("r", sys.argv[1], every=1).track(
    generator=generator, discriminator=discriminator, g_ema=g_ema, g_optim=g_optim, d_optim=d_optim
)


def train():
    it = run.cycle(loader)
    mean_path_length, r1_loss, path_loss, loss_dict = 0, torch.tensor(0.0), torch.tensor(0.0), {}
    ada_p, stat, out = 0.0, collections.deque(maxlen=4), []
    pbar = tqdm(run.steps(9), disable=True)
    sample_z = torch.randn(2, 2)
    for idx in pbar:
        real = next(it)
        requires_grad(generator, False)
        requires_grad(discriminator, True)
        fake = generator(sum(mixing_noise(3, 0.9)))
        d_loss = F.softplus(discriminator(fake)).mean() + F.softplus(-discriminator(real)).mean()
        loss_dict["d"] = d_loss
        discriminator.zero_grad()
        d_loss.backward()
        d_optim.step()
        stat.append(torch.sign(discriminator(real)).mean().item())
        if idx % 4 == 0:
            real.requires_grad = True
            (g,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
            r1_loss = g.pow(2).sum(1).mean()
            discriminator.zero_grad()
            (5 * r1_loss * 4 + 0 * discriminator(real)[0].sum()).backward()
            d_optim.step()
        loss_dict["r1"] = r1_loss
        requires_grad(generator, True)
        requires_grad(discriminator, False)
        fake = generator(sum(mixing_noise(3, 0.9)))
        g_loss = F.softplus(-discriminator(fake)).mean()
        loss_dict["g"] = g_loss
        generator.zero_grad()
        g_loss.backward()
        g_optim.step()
        if idx % 3 == 0:
            z = torch.randn(2, 2, requires_grad=True)
            (g,) = torch.autograd.grad(
                (generator(z) * torch.randn(2, 4)).sum(), z, create_graph=True
            )
            lengths = g.pow(2).sum(1).sqrt()
            mean_path_length = mean_path_length + 0.1 * (lengths.mean().detach() - mean_path_length)
            path_loss = (lengths - mean_path_length).pow(2).mean()
            generator.zero_grad()
            path_loss.backward()
            g_optim.step()
        loss_dict["path"] = path_loss
        accumulate(g_ema, generator, 0.9)
        ada_p = min(1.0, max(0.0, ada_p + np.sign(np.mean(stat) - 0.6) * 0.1))
        out.append({k: v.mean().item() for k, v in loss_dict.items()} | {"p": ada_p})
        if idx % 4 == 0:
            out.append(g_ema(sample_z).detach())
    return out


result = train()
run.finish()
