# ---
# id: checkpoint-resume-keras
# title: "Checkpoint & resume: Keras"
# description: Saves a Keras training and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, keras]
# languages: [python]
# requires: [package:keras]
# version: 1
# ---

# %% [markdown]
# **Checkpoint & resume** for Keras 3: run these cells, then `model.fit(..., callbacks=[checkpoint])`. It saves after each epoch; after a crash run all cells again, and `fit` goes on with the first epoch that was not finished.

# %%
# 1. Where it is saved, and the random generators that are saved with it.
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}

import random as python_random
import sys

import keras
import numpy as np


def random_state():
    """The state of the global random generators, as plain JSON."""
    kind, key, *rest = np.random.get_state()
    saved = {"python": python_random.getstate(), "numpy": [kind, key.tolist(), *rest]}
    if torch := sys.modules.get("torch"):
        saved["torch"] = bytes(torch.get_rng_state().tolist()).hex()
    return saved


def set_random_state(saved):
    if python := saved.get("python"):
        python_random.setstate((python[0], tuple(python[1]), python[2]))
    if saved.get("numpy"):
        np.random.set_state(saved["numpy"])
    if saved.get("torch") and (torch := sys.modules.get("torch")):
        state = [*bytes.fromhex(saved["torch"])]
        torch.set_rng_state(torch.tensor(state, dtype=torch.uint8, device="cpu"))


# %%
# 2. Where it is: in step-<number>/, of which the newest counts that is as it was written.
import contextlib
import json
import os
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
    os.listdir(run)  # an error where the folder cannot be reached: it must not look empty
    return sorted(run.glob("step-" + "[0-9]" * 12))


def delete_steps(folders):
    """Empty the files first: the trash of Google Drive keeps what is deleted, at its size."""
    for folder in folders:
        with contextlib.suppress(OSError):  # what is left is deleted after the next save
            for path in filter(Path.is_file, folder.rglob("*")):
                os.truncate(path, 0)
            shutil.rmtree(folder)


def find_step(run):
    """Return the newest good checkpoint (None: there is none yet) and the damaged ones after it."""
    delete_steps(run.glob(".step-*.tmp-*"))  # what a kill left unfinished
    damaged = []
    for step in reversed(steps_of(run)):
        try:
            commit = json.loads((step / "COMMIT.json").read_bytes())
            bad = [name for name, seen in commit["files"].items() if checksum(step / name) != seen]
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


# %%
# 3. What it is: the arrays, state.json and, last of all, COMMIT.json.
def write_step(run, step, arrays, state, damaged):
    """Commit a checkpoint: whenever a kill comes, it is there whole or not at all. `arrays` is
    {role: list of arrays}; they are kept as bytes in the safetensors format."""
    delete_steps(run.glob(".step-*.tmp-*"))  # what a failed save left
    final = run / f"step-{step:012d}"
    folder = run / f".{final.name}.tmp-{os.urandom(4).hex()}"
    folder.mkdir(parents=True)
    header, blocks, offset, objects = {}, [], 0, {}
    for role, items in arrays.items():
        objects[role] = []
        for number, array in enumerate(map(np.ascontiguousarray, items)):
            name, end = f"{role}.{number}", offset + array.nbytes
            header[name] = {"dtype": "U8", "shape": [array.nbytes], "data_offsets": [offset, end]}
            objects[role].append(
                {"ndarray": [name, array.dtype.name, list(np.shape(items[number]))]}
            )
            blocks.append(array.tobytes())
            offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    parts = {"arrays.safetensors": [len(text).to_bytes(8, "little"), text, *blocks]}
    parts["state.json"] = [
        json.dumps({"format": 1, "step": step, **state, "objects": objects}).encode()
    ]
    files = {}
    for name, data in parts.items():
        with open(folder / name, "wb") as file:
            file.writelines(data)
        sync_to_disk(folder / name)
        files[name] = checksum(folder / name)
    (folder / "COMMIT.json").write_text(json.dumps({"format": 1, "step": step, "files": files}))
    sync_to_disk(folder / "COMMIT.json")
    sync_to_disk(folder)
    delete_steps(old for old in damaged if old == final)
    folder.rename(final)
    sync_to_disk(run)
    good = [old for old in steps_of(run) if old < final and old not in damaged]
    commit = (good[-1] / "COMMIT.json").read_text() if good else ""  # may name files of older steps
    older = [old for old in good[:-1] if f"../{old.name}/" not in commit]
    delete_steps([*older, *(old for old in damaged if old < final)])


def load_step(step):
    """Return the arrays by role, and state.json. Nothing of it is run as code."""
    state = json.loads((step / "state.json").read_bytes())
    raw = {}
    for name in json.loads((step / "COMMIT.json").read_bytes())["files"]:
        if name.endswith(".safetensors"):
            data = (step / name).read_bytes()
            start = 8 + int.from_bytes(data[:8], "little")
            for key, entry in json.loads(data[8:start]).items():
                if key != "__metadata__":
                    first, last = entry["data_offsets"]
                    raw[key] = data[start + first : start + last]
    try:
        arrays = {
            role: [
                np.frombuffer(raw[name], np.dtype(kind)).reshape(shape)
                for name, kind, shape in (node["ndarray"] for node in nodes)
            ]
            for role, nodes in state["objects"].items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise RuntimeError(f"{step} is of another framework or form: begin another RUN.") from error
    return arrays, state


# %%
# 4. The callback. Saved are all variables of the model (seed generators too) and its optimizer.
import math
from time import time as unix_time


def to_arrays(variables):
    return [np.asarray(keras.ops.convert_to_numpy(variable)) for variable in variables]


class Checkpoint(keras.callbacks.Callback):
    def __init__(self, folder):
        super().__init__()
        self.folder, self.damaged = folder.expanduser().absolute(), []

    def variables(self):
        return {"model": self.model.variables, "optimizer": self.model.optimizer.variables}

    def on_train_begin(self, logs=None):
        self.resumed, self.metrics = None, {}
        self.folder.mkdir(parents=True, exist_ok=True)
        step, self.damaged = find_step(self.folder)
        if not step:
            print(f"No checkpoint in {self.folder} yet: training starts with epoch 0.")
            self.save(0)  # shows at once that it works, and makes the first epoch repeatable
            return
        arrays, self.resumed = load_step(step)
        for role, variables in self.variables().items():
            saved = arrays.get(role, [])
            if [a.shape for a in saved] != [tuple(v.shape) for v in variables]:
                raise RuntimeError(
                    f"{step} does not fit this {role}: build it as before, or begin another RUN."
                )
            for variable, array in zip(variables, saved, strict=True):
                variable.assign(array)
        self.model._initial_epoch = self.resumed["epoch"]  # what fit() reads next
        minutes = int(unix_time() - self.resumed.get("time", unix_time())) // 60
        sizes = {"day": 1440, "hour": 60, "minute": 1}.items()
        ages = [f"{n} {unit}{'s' * (n > 1)}" for unit, size in sizes if (n := minutes // size) > 0]
        age = next(iter(ages), "less than a minute")
        print(f"Resumed {step}, saved {age} ago: epoch {self.resumed['epoch']} is next.")

    def on_epoch_begin(self, epoch, logs=None):
        if self.resumed and epoch == self.resumed["epoch"]:
            set_random_state(self.resumed.get("epoch_rng") or self.resumed["rng"])
        self.resumed = None

    def on_epoch_end(self, epoch, logs=None):
        self.metrics = {k: float(v) if math.isfinite(v) else None for k, v in (logs or {}).items()}
        self.save(epoch + 1)

    def on_train_end(self, logs=None):
        self.model._initial_epoch = None  # a further fit() begins where it is told

    def save(self, epoch):
        position = {"epoch": epoch, "batch": 0, "metrics": self.metrics, "rng": random_state()}
        versions = {"python": sys.version.split()[0], "keras": keras.__version__}
        state = {**position, "time": unix_time(), "versions": versions}
        state["epochs"] = self.params.get("epochs")  # it tells when a run is done
        step = int(self.model.optimizer.iterations)
        arrays = {role: to_arrays(variables) for role, variables in self.variables().items()}
        write_step(self.folder, step, arrays, state, self.damaged)


checkpoint = Checkpoint(
    Path(RUN_FOLDER or Path(globals().get("DRIVE", "")) / "runtime-kit-runs") / RUN
)
print("Train with model.fit(..., callbacks=[checkpoint])")
