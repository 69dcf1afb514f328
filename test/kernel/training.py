"""A small training whose every random draw matters, as cells of a notebook."""

from __future__ import annotations

from typing import Any

from kernels import sources

NAMES = {"SCHEDULER": "scheduler", "SCALER": "scaler", "LOADER": "loader"}
EPOCHS = 8

SETUP = """
import hashlib, io, random
import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
fixed = torch.Generator().manual_seed(7)
data = torch.utils.data.TensorDataset(
    torch.randn(40, 8, generator=fixed), torch.randint(0, 3, (40,), generator=fixed)
)
random.seed(1); np.random.seed(2); torch.manual_seed(3)
model = nn.Sequential(
    nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3)
)
model.register_buffer("ballast", torch.zeros(BALLAST))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4, 6])
scaler = torch.amp.GradScaler("cpu", growth_interval=3)
own = torch.Generator().manual_seed(4)
loader = torch.utils.data.DataLoader(data, 8, shuffle=True, generator=own)

def digest():
    # What is trained, and what would be drawn next.
    state = [value.state_dict() for value in (model, optimizer, scheduler, scaler)]
    draws = [random.random(), float(np.random.rand()), torch.rand(3), next(iter(loader))]
    found = hashlib.sha256()
    def add(value):
        if isinstance(value, torch.Tensor):
            found.update(value.detach().numpy().tobytes())
        elif isinstance(value, dict):
            for key in value:
                found.update(repr(key).encode()); add(value[key])
        elif isinstance(value, (list, tuple)):
            for item in value:
                add(item)
        else:
            found.update(repr(value).encode())
    add([state, draws])
    return found.hexdigest()
"""

TRAIN = f"""
for epoch in run.epochs({EPOCHS}):
    print(f"<begins {{epoch}}>", flush=True)
    for number, (x, y) in enumerate(loader):
        noise = random.random() + float(np.random.rand())
        loss = nn.functional.cross_entropy(model(x + 0.01 * noise), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        in_the_middle(epoch, number)
    scheduler.step()
    run.log(loss=loss.item())
"""


def setup(ballast: int = 20_000) -> str:
    """The cell that makes the model; `ballast` floats make its state as large as is wanted."""
    return SETUP.replace("BALLAST", str(ballast)) + "def in_the_middle(epoch, number): pass\n"


class Notebook:
    """Runs cells in this process, in a namespace as a kernel has it: quick, where no kernel is
    needed to show what is to be shown."""

    def __init__(self, *cells: str) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.run(*cells)

    def run(self, *cells: str) -> None:
        for cell in cells:
            exec(compile(cell, "<cell>", "exec"), self.names)

    def insert(self, **values: Any) -> None:
        self.run(*sources("checkpoint-resume", **values))

    def digest(self) -> str:
        return str(self.names["digest"]())
