"""A training for torchrun: ``ranked.py FOLDER KIND [STOP] [SAVE_DELAY]``; prints one JSON line."""

from __future__ import annotations

import json
import os
import sys
import time

import torch
import torch.distributed as dist
from tiny import digest
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
)

from runtime_kit import Run

torch.set_num_threads(1)
folder, kind = sys.argv[1:3]
stop = int(sys.argv[3]) if len(sys.argv) > 3 else None
alone = "RANK" not in os.environ
if not alone:
    # torchrun says where the others are; a test that starts the processes itself names a file.
    dist.init_process_group(
        "gloo",
        init_method=os.environ.get("RANKED_INIT"),
        rank=int(os.environ["RANK"]),
        world_size=int(os.environ["WORLD_SIZE"]),
    )
rank = 0 if alone else dist.get_rank()
size = 1 if alone else dist.get_world_size()

torch.manual_seed(0)
model = torch.nn.Sequential(
    torch.nn.Linear(4, 9), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(9, 2)
)
if kind == "fsdp" and not alone:
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    fully_shard(model, mesh=init_device_mesh("cpu", (size,)))
elif kind == "ddp" and not alone:
    model = torch.nn.parallel.DistributedDataParallel(model)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.7)
torch.manual_seed(100 + rank)  # each process draws its own dropout
data = torch.arange(48.0).reshape(12, 4).repeat(4, 1)
dataset = torch.utils.data.TensorDataset(data, torch.arange(48) % 2)
sampler = None
if not alone:
    sampler = torch.utils.data.DistributedSampler(dataset, size, rank, shuffle=True)
loader = torch.utils.data.DataLoader(dataset, 4, sampler=sampler, shuffle=sampler is None)


def say(line):
    os.write(1, f"{line}\n".encode())  # in one piece: the processes share a pipe


def full(options=None):
    """Digest of the whole state, the same for any number of processes."""
    options = StateDictOptions(full_state_dict=True)
    whole = get_model_state_dict(model, options=options)
    moments = get_optimizer_state_dict(model, optimizer, options=options)["state"]
    return [digest(dict(sorted(whole.items()))), digest(dict(sorted(moments.items())))]


run = Run("ranked", folder, every=1)
run.track(model=model, optimizer=optimizer, scheduler=scheduler, notes={"n": 0})
run.exclude("samples")  # of this process
found = run.restore()
resumed = full() if found else None
samples = []
for epoch in run.epochs(2):
    if sampler is not None:
        sampler.set_epoch(epoch)
    for x, y in run.batches(loader):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x / 48), y).backward()
        optimizer.step()
        samples.append([run.step, float(x.sum())])
        if run.step + 1 == stop:
            run.save()
            say(f"SAVING {rank} {os.getpid()}")
            if rank == 1:
                time.sleep(60)
    scheduler.step()
run.finish()
result = {
    "rank": rank,
    "step": run.step,
    "from": found and found.step,
    "resumed": resumed,
    "samples": samples,
    "final": full(),
    "draw": float(torch.rand(())),
}
say(f"RESULT {json.dumps(result)}")
if not alone:
    dist.destroy_process_group()
