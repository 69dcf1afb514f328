"""Trainings of several processes in which something goes wrong: ``ranked_faults.py FOLDER MODE``.

``faults``: one process fails in a save, each time at another place. ``hold``: waits in the fourth
step until FOLDER/go is there, while another job takes the run over. ``takeover``: does so.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from pathlib import Path

import torch
import torch.distributed as dist

from runtime_kit import Run
from runtime_kit.checkpoint import RunTakenOverError
from runtime_kit.checkpoint.distributed import ranked_snapshot, ranked_write
from runtime_kit.checkpoint.run_dir import lock

torch.set_num_threads(1)
folder, mode = Path(sys.argv[1]), sys.argv[2]
every = sys.argv[3] if len(sys.argv) > 3 else "1"
rank = int(os.environ["RANK"])
dist.init_process_group(
    "gloo",
    init_method=os.environ["RANKED_INIT"],
    rank=rank,
    world_size=int(os.environ["WORLD_SIZE"]),
)
if every == "1h":  # no save is due, so that only a sign of life can tell
    lock.BEAT = 0.05
model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(3, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
run = Run("r", folder, every=int(every) if every.isdigit() else every, takeover=mode == "takeover")
run.track(model=model, optimizer=optimizer, notes={"t": torch.zeros(2)})
fault = ""


def failing(at: str, real):
    def call(*arguments, **options):
        if fault == at:
            raise MemoryError(at)
        return real(*arguments, **options)

    return call


if mode == "faults":
    ranked_write.stage = failing("copy 1", ranked_write.stage)
    ranked_write.write_payload = failing("small 0", ranked_write.write_payload)
    ranked_snapshot.encode_spread = failing("take 1", ranked_snapshot.encode_spread)
    ranked_write.file_record = failing("check 0", ranked_write.file_record)
FAULTS = {2: "copy 1", 3: "small 0", 4: "take 1", 5: "check 0", 7: "copy 1"}

told: list[str] = []
warnings.showwarning = lambda message, *_: told.append(str(message))
warnings.simplefilter("always")
error = ""
try:
    for step in run.steps(9):
        optimizer.zero_grad()
        model(torch.ones(1, 3) * step).sum().backward()
        optimizer.step()
        if mode == "faults":
            run.manager.wait()
            fault = FAULTS.get(step, "")
            fault = fault if fault.endswith(str(rank)) else ""
            if step == 7:  # by a call, which is to say so
                try:
                    run.save(wait=True)
                except Exception as failed:
                    error += f"{type(failed).__name__}: {failed}"
                fault = ""
        if mode == "hold" and step == 3:
            os.write(1, f"HOLDS {rank}\n".encode())
            while not (folder / "go").exists():
                time.sleep(0.02)
            while every == "1h" and rank == 0 and not run.manager._first.lost:
                time.sleep(0.02)
    run.finish()
except RunTakenOverError as taken:
    error = f"RunTakenOverError: {taken}"
    try:
        run.finish()
    except RunTakenOverError:
        error += " twice"
result = {"rank": rank, "step": run.step, "error": error, "told": told, "from": run.resumed_from}
os.write(1, f"RESULT {json.dumps(result)}\n".encode())
if mode != "hold":
    dist.destroy_process_group()
