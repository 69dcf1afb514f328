# ---
# id: checkpoint-resume-jax
# title: "Checkpoint & resume: JAX"
# description: Saves a JAX training (parameters, optimizer state, random key) and resumes it after a kill at any moment
# tags: [checkpoint, resume, training, jax]
# languages: [python]
# requires: [package:jax]
# version: 1
# ---

# %% [markdown]
# **Checkpoint & resume** for JAX: keep all that training changes in one variable (a dict or other pytree of parameters, optimizer state and random key), run these cells, then train in `for epoch in run.epochs(EPOCHS):`. After a crash, run all cells again.

# %%
# 1. What is saved: the notebook's variable of this name, bound anew on resume.
RUN = "run"  # @param {type:"string"}
RUN_FOLDER = ""  # @param {type:"string"}
STATE = "state"  # @param {type:"string"}

import random as python_random

import jax
import numpy as np


class NoVariable(NameError):
    def _render_traceback_(self):  # in a notebook: this line alone
        return [f"NameError: {self}"]


def is_key(leaf):
    return hasattr(leaf, "dtype") and jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def leaves_of_state():
    if STATE not in globals():
        raise NoVariable(f"no variable {STATE!r}: run its cell first, or correct STATE")
    return jax.tree_util.tree_flatten(globals()[STATE])


def arrays_of_state():
    """The leaves of the pytree as arrays; a random key as the numbers in it."""
    leaves, _ = leaves_of_state()
    return [np.asarray(jax.random.key_data(x) if is_key(x) else x) for x in leaves]


def set_state(arrays, step):
    """Bind the variable to a pytree like the one that it has, with these leaves."""
    leaves, structure = leaves_of_state()
    shapes = [(a.shape, a.dtype) for a in arrays_of_state()]
    if [(a.shape, a.dtype) for a in arrays] != shapes:
        raise RuntimeError(
            f"{step} does not fit {STATE}: build it as before, or begin another RUN."
        )
    made = [
        jax.random.wrap_key_data(array, impl=jax.random.key_impl(leaf))
        if is_key(leaf)
        else jax.device_put(array, getattr(leaf, "sharding", None))
        if isinstance(leaf, jax.Array)
        else array.item()
        if not isinstance(leaf, np.ndarray)
        else array.copy()
        for array, leaf in zip(arrays, leaves, strict=True)
    ]
    globals()[STATE] = jax.tree_util.tree_unflatten(structure, made)


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
# 4. The training. Wherever it was killed, it goes on after the newest good checkpoint.
import math
import sys
from time import time as unix_time


def random_state():
    """Python's and NumPy's global generators: data pipelines shuffle with them."""
    kind, key, *rest = np.random.get_state()
    return {"python": python_random.getstate(), "numpy": [kind, key.tolist(), *rest]}


class Run:
    def __init__(self, folder):
        self.folder = folder.expanduser().absolute()
        self.count = None  # of epochs
        self.restore()

    def epochs(self, count):
        """Yield the epochs that are left, and save after each (not after one left by `break`)."""
        self.count = count if isinstance(count, int) else None  # kept: it tells when a run is done
        self.restore()
        if self.resumed_from is None:
            self.save()  # shows at once that it works, and makes the first epoch repeatable
        while self.epoch < count:
            yield self.epoch
            self.epoch += 1
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
        self.metrics |= {name: n if math.isfinite(n) else None for name, n in numbers.items()}

    def save(self):
        state = {"epoch": self.epoch, "batch": 0, "metrics": self.metrics, "rng": random_state()}
        versions = {"python": sys.version.split()[0], "jax": jax.__version__}
        state |= {"time": unix_time(), "versions": versions, "epochs": self.count}
        write_step(self.folder, self.epoch, {"jax": arrays_of_state()}, state, self.damaged)

    def restore(self):
        """Load the newest good checkpoint, if there is one."""
        self.epoch, self.metrics, self.resumed_from = 0, {}, None
        leaves_of_state()  # a missing one is an error now
        self.folder.mkdir(parents=True, exist_ok=True)
        step, self.damaged = find_step(self.folder)
        if not step:
            print(f"No checkpoint in {self.folder} yet: training starts with epoch 0.")
            return
        arrays, state = load_step(step)
        set_state(arrays.get("jax", []), step)
        python = state["rng"]["python"]
        python_random.setstate((python[0], tuple(python[1]), python[2]))
        np.random.set_state(state["rng"]["numpy"])
        self.resumed_from = state["step"]
        self.epoch, self.metrics = state["epoch"], state.get("metrics", {})
        minutes = int(unix_time() - state.get("time", unix_time())) // 60
        sizes = {"day": 1440, "hour": 60, "minute": 1}.items()
        ages = [f"{n} {unit}{'s' * (n > 1)}" for unit, size in sizes if (n := minutes // size) > 0]
        age = next(iter(ages), "less than a minute")
        print(f"Resumed {step}, saved {age} ago: epoch {self.epoch} is next.")


run = Run(Path(RUN_FOLDER or Path(globals().get("DRIVE", "")) / "runtime-kit-runs") / RUN)
