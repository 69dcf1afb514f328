# ---
# id: checkpoint-resume
# title: Checkpoint & resume
# description: Saves a PyTorch training, after each epoch or (library form) in the middle of one, and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, pytorch]
# languages: [python]
# requires: [package:torch]
# version: 1
# icon: jupyterlab-runtime-kit:checkpoint-resume
# ---

# %% [markdown]
# **Checkpoint & resume**: run these four cells after the one that makes the model, then train in `for epoch in run.epochs(EPOCHS):`. After a crash, run all cells again: training goes on with the first epoch that was not finished.

# %%
# 1. What is saved. Names are those of this notebook's variables, empty where there is none.
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}
MODEL = "model"  # @param {type:"string"}
OPTIMIZER = "optimizer"  # @param {type:"string"}
SCHEDULER = ""  # @param {type:"string"}
SCALER = ""  # @param {type:"string"}
LOADER = ""  # @param {type:"string"}

import random as python_random  # under names that notebooks do not use for something else

import numpy as np
import torch


class NoVariable(NameError):
    def _render_traceback_(self):  # in a notebook: this line alone
        return [f"NameError: {self}"]


class TrainingState:
    """The objects named above and all random generators: what training goes on from."""

    def __init__(self, loader, **names):
        self.loader, self.names = loader, {role: name for role, name in names.items() if name}

    def objects(self):
        """The objects by role. They are looked up each time: their cell may have run again."""
        for name in filter(None, [*self.names.values(), self.loader]):
            if name not in globals():
                raise NoVariable(f"no variable {name!r}: run its cell first, or correct the name")
        return {role: globals()[name] for role, name in self.names.items()}

    def load(self, saved):
        """Load states by role into the objects; say which have no counterpart."""
        objects = self.objects()
        for role in sorted(objects.keys() ^ saved.keys()):
            print(f"The {role} is not in {'the checkpoint' if role in objects else 'use here'}.")
        for role in [role for role in objects if role in saved]:
            objects[role].load_state_dict(saved[role])

    def loader_generator(self):
        return getattr(globals().get(self.loader), "generator", None)

    def random_state(self):
        """The state of all random generators, as plain JSON."""
        kind, key, *rest = np.random.get_state()
        saved = {"python": python_random.getstate(), "numpy": [kind, key.tolist(), *rest]}
        saved["torch"] = bytes(torch.get_rng_state().tolist()).hex()
        saved["cuda"] = [bytes(state.tolist()).hex() for state in torch.cuda.get_rng_state_all()]
        if generator := self.loader_generator():
            saved["loader"] = bytes(generator.get_state().tolist()).hex()
        return saved

    def set_random_state(self, saved):
        """Put all random generators back where they were."""

        def tensor(text):
            return torch.tensor([*bytes.fromhex(text)], dtype=torch.uint8, device="cpu")

        if python := saved.get("python"):
            python_random.setstate((python[0], tuple(python[1]), python[2]))
        if saved.get("numpy"):
            np.random.set_state(saved["numpy"])
        if saved.get("torch"):
            torch.set_rng_state(tensor(saved["torch"]))
        for device, text in enumerate(saved.get("cuda", [])[: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(tensor(text), device)
        if saved.get("loader") and (generator := self.loader_generator()):
            generator.set_state(tensor(saved["loader"]))


# %%
# 2. How it is written: step-<number>/ with state.pt, state.json and, last of all, COMMIT.json.
import contextlib
import json
import os
import pickle
import shutil
import zlib
from pathlib import Path


def sync_to_disk(path):
    """Wait until a file, or the list of names in a folder, is on the disk."""
    if os.name != "nt":
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def checksum(path):
    crc = 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return {"size": path.stat().st_size, "crc32": f"{crc:08x}"}


def steps_of(run):
    patiently(os.listdir, run)  # an error where the folder cannot be reached: never "empty"
    return sorted(run.glob("step-" + "[0-9]" * 12))


def delete_steps(folders):
    """Empty the files first: the trash of Google Drive keeps what is deleted, at its size."""
    for folder in folders:
        with contextlib.suppress(OSError):  # what is left is deleted after the next save
            for path in filter(Path.is_file, folder.rglob("*")):
                os.truncate(path, 0)
            shutil.rmtree(folder)


def write_step(run, step, objects, state, damaged):
    """Commit a checkpoint: whenever a kill comes, it is there whole or not at all."""
    delete_steps(run.glob(".step-*.tmp-*"))  # what a failed save left
    final = run / f"step-{step:012d}"
    folder = run / f".{final.name}.tmp-{os.urandom(4).hex()}"
    folder.mkdir(parents=True)
    if (good := [old for old in steps_of(run) if old not in damaged]) and good[-1] >= final:
        raise OSError(f"{good[-1].name} is there: if another notebook trains this run, stop one")
    try:
        torch.save(objects, folder / "state.pt")
        torch.load(str(folder / "state.pt"), weights_only=True, mmap=True)  # it must be readable
    except pickle.UnpicklingError as error:
        raise TypeError("a state_dict() has more in it than tensors and plain values") from error
    except RuntimeError as error:
        raise OSError(f"{run} is full or cannot be reached") from error
    (folder / "state.json").write_text(json.dumps(state))
    for path in folder.glob("state.*"):
        sync_to_disk(path)
    files = {path.name: checksum(path) for path in folder.glob("state.*")}
    (folder / "COMMIT.json").write_text(json.dumps({"format": 1, "step": step, "files": files}))
    sync_to_disk(folder / "COMMIT.json")
    sync_to_disk(folder)
    delete_steps(old for old in damaged if old == final)
    folder.rename(final)
    sync_to_disk(run)
    with contextlib.suppress(OSError):  # saved it is; what cannot be cleared up now can be later
        text = patiently(Path.read_text, good[-1] / "COMMIT.json") if good else ""
        older = [old for old in good[:-1] if f"../{old.name}/" not in text]  # not what it uses
        delete_steps([*older, *(old for old in damaged if old < final)])
        sync_to_disk(run.parent)  # the run's folder may be new


# %%
# 3. How it is read: the newest checkpoint that is as it was written.
from collections import Counter
from errno import EIO
from time import sleep
from time import time as unix_time


def patiently(read, path):
    """Read again for a while: a mount fails at times, as while it uploads what is asked for."""
    for pause in (0.5, 2, 8):
        try:
            return read(path)
        except OSError as error:
            if error.errno != EIO:
                raise
        sleep(pause)
    return read(path)


def find_step(run):
    """Return the newest good checkpoint (None: there is none yet) and the damaged ones after it."""
    delete_steps(run.glob(".step-*.tmp-*"))  # what a kill left unfinished
    damaged = []
    for step in reversed(steps_of(run)):
        try:
            commit = json.loads(patiently(Path.read_bytes, step / "COMMIT.json"))
            files = commit["files"].items()
            bad = [name for name, seen in files if patiently(checksum, step / name) != seen]
            if commit["format"] not in (1, 2):
                raise RuntimeError(f"{step} has format {commit['format']}: this cell is too old")
            if commit["step"] != int(step.name[5:]):
                bad.append("COMMIT.json")
            if not bad:
                return step, damaged
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            bad = f"{type(error).__name__}: {error}"
        print(f"{step} is damaged and left out ({bad}).")
        damaged.append(step)
    if damaged:
        raise RuntimeError(f"No checkpoint in {run} is good. Bring one back, or begin another RUN.")
    return None, damaged


def load_step(step):
    """Return the saved objects by role, and state.json. Nothing of it is run as code."""
    state = json.loads((step / "state.json").read_bytes())
    if "objects" not in state:
        return torch.load(step / "state.pt", weights_only=True, map_location="cpu"), state
    from safetensors.torch import load_file  # written by the library form of this snippet

    tensors = {}
    for name in json.loads((step / "COMMIT.json").read_bytes())["files"]:
        if name.endswith(".safetensors"):  # cloned, because they are parts of a file that will go
            tensors.update({key: value.clone() for key, value in load_file(step / name).items()})
    kinds = {"dict": dict, "tuple": tuple, "float": float, "tensor": tensors.__getitem__}
    kinds["counter"] = lambda pairs: Counter(dict(pairs))

    def build(node):
        if isinstance(node, list):
            return [build(item) for item in node]
        if not isinstance(node, dict):
            return node
        [(kind, value)] = node.items()
        return kinds[kind](build(value))

    try:
        return {role: build(node) for role, node in state["objects"].items()}, state
    except KeyError as error:
        raise RuntimeError(f"{step} holds {error}: only the library form can load it") from error


# %%
# 4. The training. Wherever it was killed, it goes on after the newest good checkpoint.
import sys
from operator import length_hint


class Run:
    def __init__(self, folder, state):
        self.folder, self.state, self.damaged = folder.expanduser().absolute(), state, []
        self.count, self.said = None, ""  # how many epochs; what was told last
        self.restore()

    def epochs(self, count):
        """Yield the epochs that are left, and save after each (not after one left by `break`)."""
        self.count = count if isinstance(count, int) else None  # kept: it tells when a run is done
        self.restore()
        self.said = ""
        if self.resumed_from is None:
            self.save()  # shows at once that it works, and makes the first epoch repeatable
        while self.epoch < count:
            yield self.epoch
            self.epoch += 1
            self.step += max(1, length_hint(globals().get(self.state.loader), 1))  # its batches
            try:
                self.save()
            except OSError as error:
                if self.epoch == count:
                    raise
                print(f"Epoch {self.epoch - 1} is NOT saved ({error}). The next one tries again.")
        print(f"All {count} epochs are done and saved in {self.folder}.")

    def log(self, **metrics):
        """Keep numbers with the next checkpoint: run.log(accuracy=0.97)."""
        numbers = {name: float(value) for name, value in metrics.items()}
        self.metrics |= {name: n if abs(n) < float("inf") else None for name, n in numbers.items()}

    def save(self):
        objects = {role: value.state_dict() for role, value in self.state.objects().items()}
        position = {"step": self.step, "epoch": self.epoch, "batch": 0, "epochs": self.count}
        state = {"format": 1, **position, "metrics": self.metrics, "rng": self.state.random_state()}
        versions = {"python": sys.version.split()[0], "torch": str(torch.__version__)}
        state |= {"time": unix_time(), "versions": versions, "platform": {"system": sys.platform}}
        write_step(self.folder, self.step, objects, state, self.damaged)

    def restore(self):  # loads the newest good checkpoint, if there is one
        self.step, self.epoch, self.metrics, self.resumed_from = 0, 0, {}, None
        self.state.objects()  # a missing one is an error now
        self.folder.mkdir(parents=True, exist_ok=True)
        step, self.damaged = find_step(self.folder)
        tell, self.said = str if step == self.said else print, step  # once is enough
        if not step:
            tell(f"No checkpoint in {self.folder} yet: training starts with epoch 0.")
            return
        saved, state = load_step(step)
        self.state.load(saved)
        self.state.set_random_state(state["rng"])
        self.resumed_from = self.step = state["step"]
        self.epoch, self.metrics = state["epoch"], state.get("metrics", {})
        minutes = int(unix_time() - state.get("time", unix_time())) // 60
        sizes = {"day": 1440, "hour": 60, "minute": 1}.items()
        ages = [f"{n} {unit}{'s' * (n > 1)}" for unit, size in sizes if (n := minutes // size) > 0]
        age = next(iter(ages), "less than a minute")
        tell(f"Resumed {step}, saved {age} ago: epoch {self.epoch} is next.")
        if state["batch"]:
            tell(f"It was saved after batch {state['batch']} of this epoch, which begins anew.")


run = Run(
    Path(RUN_FOLDER or Path(globals().get("DRIVE", "")) / "runtime-kit-runs") / RUN,
    TrainingState(LOADER, model=MODEL, optimizer=OPTIMIZER, scheduler=SCHEDULER, scaler=SCALER),
)
