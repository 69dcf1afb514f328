# ---
# id: torchrun
# title: Train on several GPUs
# description: Writes a DDP training script that resumes, and launches it with torchrun on the GPUs of one or several machines
# tags: [scripts, torchrun, distributed, pytorch]
# languages: [python]
# requires: [package:torch]
# version: 2
# names: [prepare_ddp, train_ddp, ddp_files]
# ---

# %% engine:
# @title Train on several GPUs engine: run this cell, no need to read it
def prepare_ddp(script):
    """Return where the files go; refuse to replace one that is not from such a cell."""
    from pathlib import Path
    from types import SimpleNamespace

    script = Path(globals().get("DRIVE", "")) / Path(script).expanduser()
    checkpoint, model = script.with_name("ddp_checkpoint.py"), script.with_name("ddp_model.py")
    for path in (script, checkpoint, model):
        if path.exists() and "Made by a notebook cell" not in path.read_text():
            raise FileExistsError(f"{path} is not from such a cell: choose another DDP_SCRIPT.")
    script.parent.mkdir(parents=True, exist_ok=True)
    return SimpleNamespace(script=script, checkpoint=checkpoint, model=model)


def train_ddp(script, folder, epochs, processes, nodes, node_rank, master):
    """Run the script with torchrun and show what it prints; an error if it does not end well."""
    import codecs
    import os
    import subprocess
    import sys
    from pathlib import Path

    import torch

    each = processes or max(1, torch.cuda.device_count())
    folder = (Path(globals().get("DRIVE", "")) / Path(folder).expanduser()).absolute()
    how = ["--standalone"]
    if nodes > 1:
        if ":" not in master:
            raise ValueError("Several machines: write host:port of the first one into DDP_MASTER.")
        how = [f"--nnodes={nodes}", f"--node-rank={node_rank}", "--rdzv-backend=c10d"]
        how += [f"--rdzv-endpoint={master}", f"--rdzv-id={folder.name}"]
    command = [sys.executable, "-m", "torch.distributed.run", *how]
    command += [f"--nproc-per-node={each}", "--max-restarts=3", str(script.absolute())]
    command += [f"--folder={folder}", f"--epochs={epochs}"]
    # A store of its own for each start: in a shared one processes that are started again find the
    # addresses of those that died.
    environment = {**os.environ, "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    try:
        while data := os.read(process.stdout.fileno(), 1 << 16):
            print(decode(data), end="", flush=True)
        code = process.wait()
    finally:
        if process.poll() is None:  # the stop button: torchrun ends its processes
            process.terminate()
            process.wait()
        process.stdout.close()
    if code:
        raise RuntimeError(f"torchrun ended with exit code {code}: the lines above say why.")
    print(f"{epochs} epochs are done and saved in {folder}.")


# %%
# @title Train on several GPUs
DDP_SCRIPT = "ddp_train.py"  # @param {type:"string"}
DDP_FOLDER = "runtime-kit-runs/ddp"  # @param {type:"string"}
DDP_EPOCHS = 10  # @param {type:"integer", min:1}
DDP_PROCESSES = 0  # @param {type:"integer", min:0} # 0: one for each GPU.
DDP_NODES = 1  # @param {type:"integer", min:1} # Run this on each machine, with one folder.
DDP_NODE_RANK = 0  # @param {type:"integer", min:0}
DDP_MASTER = ""  # @param {type:"string", placeholder:"host:port of the first machine"}
ddp_files = prepare_ddp(DDP_SCRIPT)

# %% engine:
# %%writefile "{ddp_files.checkpoint}"
# # @title Checkpoints of the processes, no need to read it
# """Checkpoints of a DDP training. Made by a notebook cell, which overwrites it: edit it there."""
#
# import io
# import json
# import os
# import shutil
# import zlib
# from pathlib import Path
#
# import torch
#
#
# def write(path, data):
#     with open(path, "wb") as file:
#         file.write(data)
#         os.fsync(file.fileno())
#     return {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
#
#
# def delete(folder):
#     """Of a link only the link, never what it leads to."""
#     folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
#
#
# def save(folder, epoch, states):
#     """Rank 0 only. A kill at any moment leaves the checkpoint whole or not there."""
#     for left in folder.glob(".step-*.tmp-*"):  # what a kill left unfinished
#         delete(left)
#     final = folder / f"step-{epoch:012d}"
#     temporary = folder / f".{final.name}.tmp-{os.urandom(4).hex()}"
#     temporary.mkdir(parents=True)
#     saved = io.BytesIO()
#     torch.save(states, saved)
#     state = json.dumps({"format": 1, "step": epoch, "epoch": epoch, "batch": 0, "rng": {}})
#     files = {"state.pt": write(temporary / "state.pt", saved.getbuffer())}
#     files["state.json"] = write(temporary / "state.json", state.encode())
#     commit = {"format": 1, "step": epoch, "files": files}
#     write(temporary / "COMMIT.json", json.dumps(commit).encode())
#     if os.path.lexists(final):  # a damaged one
#         delete(final)
#     temporary.rename(final)
#     if os.name != "nt":
#         descriptor = os.open(folder, os.O_RDONLY)
#         os.fsync(descriptor)
#         os.close(descriptor)
#     for old in sorted(folder.glob("step-" + "[0-9]" * 12))[:-2]:
#         delete(old)
#
#
# def load(folder):
#     """The epoch that is next and the states; the newest checkpoint that is as it was written."""
#     folder.mkdir(parents=True, exist_ok=True)
#     names = os.listdir(folder)  # an error where a mount can't be read: never "empty"
#     steps = [folder / name for name in sorted(names, reverse=True) if name.startswith("step-")]
#     for step in steps:
#         try:
#             commit = json.loads((step / "COMMIT.json").read_bytes())
#             if all(zlib.crc32((step / n).read_bytes()) == int(f["crc32"], 16) for n, f in commit["files"].items()):
#                 return commit["step"], torch.load(step / "state.pt", weights_only=True, map_location="cpu")
#         except (OSError, ValueError, KeyError):
#             pass
#         print(f"{step} is damaged and left out", flush=True)
#     if steps:
#         raise SystemExit(f"No checkpoint in {folder} is good: bring one back or choose another folder")
#     return 0, None

# %% engine:
# %%writefile "{ddp_files.script}"
# # @title Training loop of each process: change it where yours differs
# """Trains with DDP and resumes. Made by a notebook cell, which overwrites it: edit it there."""
#
# import argparse
# import os
# from pathlib import Path
#
# import torch
# import torch.distributed as dist
# from ddp_checkpoint import load, save
# from torch.nn.parallel import DistributedDataParallel
# from torch.utils.data import DataLoader, DistributedSampler
#
#
# def main():
#     parser = argparse.ArgumentParser()
#     parser.add_argument("--folder", type=Path, required=True)
#     parser.add_argument("--epochs", type=int, required=True)
#     arguments = parser.parse_args()
#     cuda = torch.cuda.is_available()
#     device = torch.device(f"cuda:{os.environ['LOCAL_RANK']}" if cuda else "cpu")
#     if cuda:
#         torch.cuda.set_device(device)
#     dist.init_process_group("nccl" if cuda else "gloo")
#     rank = dist.get_rank()
#     torch.manual_seed(0)  # the same model and data in each process
#     import ddp_model
#
#     model = ddp_model.model.to(device)
#     optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
#     first, states = load(arguments.folder)
#     if states:
#         model.load_state_dict(states["model"])
#         optimizer.load_state_dict(states["optimizer"])
#     found = [None] * dist.get_world_size()
#     dist.all_gather_object(found, first)
#     if len(set(found)) > 1:
#         raise SystemExit(f"Processes found different checkpoints {found}: they must share the folder")
#     if rank == 0:
#         print(f"epoch {first} is next, {len(found)} processes on {device.type}", flush=True)
#     trained = DistributedDataParallel(model, device_ids=[device] if cuda else None)
#     sampler = DistributedSampler(ddp_model.data, shuffle=True)
#     loader = DataLoader(ddp_model.data, batch_size=16, sampler=sampler)
#     for epoch in range(first, arguments.epochs):
#         sampler.set_epoch(epoch)  # the order of an epoch depends on its number only
#         for x, y in loader:
#             optimizer.zero_grad()
#             loss = ddp_model.loss(trained(x.to(device)), y.to(device))
#             loss.backward()
#             optimizer.step()
#         if rank == 0:
#             states = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
#             save(arguments.folder, epoch + 1, states)
#             print(f"epoch {epoch} done and saved, loss {loss.item():.4f}", flush=True)
#         dist.barrier()
#     dist.destroy_process_group()
#
#
# if __name__ == "__main__":
#     main()

# %%
# %%writefile "{ddp_files.model}"
# import torch  # Made by a notebook cell, which overwrites it: put your model, data and loss here
# model = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
# data = [(x, x.sum(0, keepdim=True)) for x in torch.randn(256, 8)]
# loss = torch.nn.functional.mse_loss

# %% engine:
# @title Start the training
train_ddp(
    ddp_files.script, DDP_FOLDER, DDP_EPOCHS, DDP_PROCESSES, DDP_NODES, DDP_NODE_RANK, DDP_MASTER
)
