# @title Checkpoint engine: run this cell, no need to read it
def make_checkpoint_engine():
    """Return `Run`, which saves a training after each epoch and resumes it after a crash.

    A run is a folder of steps. `step-000000000040/` holds the state of the objects, `state.json`
    and, written last, `COMMIT.json` with the size and the CRC of each file.
    """
    import contextlib
    import errno
    import json
    import math
    import os
    import pickle
    import random
    import re
    import shutil
    import stat
    import sys
    import time
    import zlib
    from collections import Counter
    from concurrent.futures import ThreadPoolExecutor
    from operator import length_hint
    from pathlib import Path

    import numpy as np

    class Run:
        """A training: `Run("digits").track(model=model)`, then `for epoch in run.epochs(20):`."""

        def __init__(self, name, folder=""):
            check_run_name(name)
            drives = (globals().get(name) for name in ("DRIVE_2", "DRIVE"))
            drive = next((each for each in drives if isinstance(each, (str, Path))), None)
            if not folder and is_local(Path(drive or "")):
                print("Checkpoints stay on this machine. To keep them, run Mount Drive first.")
            runs = Path(folder) if folder else Path(drive or "") / "runtime-kit-runs"
            self.folder = (runs / name).expanduser().absolute()
            self.count, self.said, self.damaged = None, "", []

        def track(self, loader=None, **objects):
            """Set the objects to save, each with a state_dict(). The newest checkpoint is loaded."""
            self.state = ObjectsState(loader, objects)
            self.restore()
            return self

        def carry(self, variable):
            """Set the variable to save: a pytree of arrays. The newest checkpoint is loaded."""
            self.state = PytreeState(variable)
            self.restore()
            return self

        def keras_callback(self):
            """Return the callback for `model.fit(..., callbacks=[checkpoint])`."""
            return make_keras_callback(self)

        def epochs(self, count):
            """Yield the epochs that are left. Each is saved when it ends, unless by `break`."""
            self.count = count if isinstance(count, int) else None  # tells when a run is finished
            self.restore()
            self.said = ""
            if self.resumed_from is None:
                self.save()  # a folder that can't be written to is an error before the training
            while self.epoch < count:
                yield self.epoch
                self.epoch += 1
                self.step += self.state.steps_per_epoch()
                self.save_or_tell(last=self.epoch == count)
            print(f"All {count} epochs are done and saved in {self.folder}.")

        def log(self, **metrics):
            """Save numbers with the next checkpoint: `run.log(accuracy=0.97)`."""
            numbers = {name: float(value) for name, value in metrics.items()}
            finite = {name: n if math.isfinite(n) else None for name, n in numbers.items()}
            self.metrics |= finite  # JSON has no NaN

        def save(self):
            """Save now."""
            framework = self.state.framework()
            write_step(
                self.folder,
                self.state,
                self.damaged,
                {
                    "format": 1,
                    "step": self.step,
                    "epoch": self.epoch,
                    "batch": 0,
                    "epochs": self.count,
                    "metrics": self.metrics,
                    "rng": self.state.random_state(),
                    "time": time.time(),
                    "versions": {
                        "python": sys.version.split()[0],
                        framework.__name__: str(framework.__version__),
                    },
                    "platform": {"system": sys.platform},
                },
            )

        def save_or_tell(self, last):
            """Save; a failure stops the training only after its last epoch."""
            try:
                self.save()
            except OSError as error:
                if last:
                    raise
                print(f"Epoch {self.epoch - 1} is NOT saved ({error}). The next one tries again.")

        def restore(self, with_random=True):
            """Load the newest good checkpoint; return its state.json, or None without one."""
            self.step, self.epoch, self.metrics, self.resumed_from = 0, 0, {}, None
            self.state.check()  # before the folder is made
            self.folder.mkdir(parents=True, exist_ok=True)
            step, self.damaged = find_step(self.folder)
            tell, self.said = str if step == self.said else print, step  # once is enough
            if not step:
                tell(f"No checkpoint in {self.folder} yet: training starts with epoch 0.")
                return None
            saved = json.loads((step / "state.json").read_bytes())
            self.state.load(step, saved)
            if with_random:
                self.state.set_random_state(saved["rng"])
            self.resumed_from = self.step = saved["step"]
            self.epoch, self.metrics = saved["epoch"], saved.get("metrics", {})
            tell(f"Resumed {step}, saved {age(saved)} ago: epoch {self.epoch} is next.")
            if saved["batch"] and with_random:
                tell(f"It was saved after batch {saved['batch']} of this epoch, which begins anew.")
            return saved

    def check_run_name(name):
        """The name of a run is that of one folder: in any other one, steps of two runs could mix."""
        bad = r"|[. ].*|.* |.*[/\\\x00-\x1f].*"
        if os.name == "nt":  # devices, streams, and a dot that the system drops
            bad += r'|.*[<>:"|?*].*|.*\.|(con|prn|aux|nul|(com|lpt)[1-9]) *(\..*)?'
        if not isinstance(name, str) or re.fullmatch(bad, name, re.IGNORECASE | re.DOTALL):
            raise ValueError(f"RUN can't be {name!r}: set it to a folder name such as 'digits'")

    def is_local(folder):
        """Whether it is on the same disk as the working directory: then they end together."""
        try:
            return os.stat(folder).st_dev == os.stat(Path.cwd()).st_dev
        except FileNotFoundError:
            return True

    def age(saved):
        minutes = int(time.time() - saved.get("time", time.time())) // 60
        for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
            if (count := minutes // size) > 0:
                return f"{count} {unit}{'s' * (count > 1)}"
        return "less than a minute"

    # What is saved: one class per kind of state.

    class NoVariable(NameError):
        def _render_traceback_(self):  # a notebook shows this line alone
            return [f"NameError: {self}"]

    def give_expanded_buffers_memory(model):
        """Make buffers writable in place whose elements share memory, as expand() leaves them."""
        for module in model.modules():
            for name, buffer in module.named_buffers(recurse=False):
                if not buffer.is_sparse and 0 in buffer.stride():
                    setattr(module, name, buffer.contiguous())

    class State:
        """The random generators, which every kind of training saves."""

        def steps_per_epoch(self):
            return 1

        def loader_generator(self):
            return None

        def random_state(self):
            kind, key, *rest = np.random.get_state()
            saved = {"python": random.getstate(), "numpy": [kind, key.tolist(), *rest]}
            if torch := sys.modules.get("torch"):
                saved["torch"] = bytes(torch.get_rng_state().tolist()).hex()
                cuda = torch.cuda.get_rng_state_all()
                saved["cuda"] = [bytes(state.tolist()).hex() for state in cuda]
            if generator := self.loader_generator():
                saved["loader"] = bytes(generator.get_state().tolist()).hex()
            return saved

        def set_random_state(self, saved):
            if python := saved.get("python"):
                random.setstate((python[0], tuple(python[1]), python[2]))
            if saved.get("numpy"):
                np.random.set_state(saved["numpy"])
            if not (torch := sys.modules.get("torch")):
                return

            def tensor(text):
                return torch.tensor([*bytes.fromhex(text)], dtype=torch.uint8, device="cpu")

            if saved.get("torch"):
                torch.set_rng_state(tensor(saved["torch"]))
            for device, text in enumerate(saved.get("cuda", [])[: torch.cuda.device_count()]):
                torch.cuda.set_rng_state(tensor(text), device)
            if saved.get("loader") and (generator := self.loader_generator()):
                generator.set_state(tensor(saved["loader"]))

    class TrackedObject:
        """An object, followed through its variables: their cell may run again and make another."""

        def __init__(self, role, value):
            self.role, self.value = role, value
            own = (role.upper(), "")  # the parameter of the cell below holds it too
            held = [name for name, other in list(globals().items()) if other is value]
            self.variables = [name for name in held if name not in own and name[0] != "_"]

        def get(self):
            now = [globals().get(name, self.value) for name in self.variables]
            changed = [value for value in now if value is not self.value]
            if changed and any(value is not changed[0] for value in now):
                names = " and ".join(self.variables)
                raise NoVariable(
                    f"{names} were one object and differ now: run the cell above again"
                )
            self.value = changed[0] if changed else self.value
            return self.value

    class ObjectsState(State):
        """Objects with a state_dict(), as PyTorch's."""

        def __init__(self, loader, objects):
            self.loader = TrackedObject("loader", loader)
            used = {role: value for role, value in objects.items() if value is not None}
            self.tracked = {role: TrackedObject(role, value) for role, value in used.items()}

        def framework(self):
            import torch

            return torch

        def check(self):
            for role, tracked in self.tracked.items():
                if not hasattr(tracked.get(), "state_dict"):
                    raise TypeError(f"{role.upper()} has no state_dict(): set another object")

        def steps_per_epoch(self):
            return max(1, length_hint(self.loader.get(), 1))

        def loader_generator(self):
            return getattr(self.loader.get(), "generator", None)

        def write(self, folder):
            torch = self.framework()
            saved = {role: tracked.get().state_dict() for role, tracked in self.tracked.items()}
            try:
                torch.save(saved, folder / "state.pt")
                torch.load(str(folder / "state.pt"), weights_only=True, mmap=True)  # is readable
            except pickle.UnpicklingError as error:
                text = "a state_dict() has more in it than tensors and plain values"
                raise TypeError(text) from error
            except RuntimeError as error:
                raise OSError(f"{folder.parent} is full or cannot be reached") from error
            return {}

        def load(self, step, saved):
            torch = self.framework()
            if "objects" in saved:
                states = read_library_step(step, saved)
            else:
                states = torch.load(step / "state.pt", weights_only=True, map_location="cpu")
            for role in sorted(self.tracked.keys() ^ states.keys()):
                where = "the checkpoint" if role in self.tracked else "use here"
                print(f"The {role} is not in {where}.")
            for role in self.tracked.keys() & states.keys():
                value = self.tracked[role].get()
                if isinstance(value, torch.nn.Module):
                    give_expanded_buffers_memory(value)
                value.load_state_dict(states[role])

    class ArraysState(State):
        """Lists of arrays by role, in one file in the safetensors format, as plain bytes."""

        def write(self, folder):
            header, objects, data, offset = {}, {}, [], 0
            for role, arrays in self.arrays().items():
                objects[role] = []
                for number, array in enumerate(arrays):
                    name, end = f"{role}.{number}", offset + array.nbytes
                    entry = {"dtype": "U8", "shape": [array.nbytes]}
                    header[name] = {**entry, "data_offsets": [offset, end]}
                    objects[role].append({"ndarray": [name, array.dtype.name, list(array.shape)]})
                    data.append(array)
                    offset = end
            text = json.dumps(header).encode()
            text += b" " * (-len(text) % 8)
            with open(folder / "arrays.safetensors", "wb") as file:
                file.write(len(text).to_bytes(8, "little") + text)
                for array in data:
                    file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8))
            return {"objects": objects}

        def load(self, step, saved):
            raw = {}
            for path in step.glob("*.safetensors"):
                data = path.read_bytes()
                start = 8 + int.from_bytes(data[:8], "little")
                for name, entry in json.loads(data[8:start]).items():
                    if name != "__metadata__":
                        first, last = entry["data_offsets"]
                        raw[name] = data[start + first : start + last]

            def array(node):
                name, kind, shape = node["ndarray"]
                return np.frombuffer(raw[name], np.dtype(kind)).reshape(shape)

            try:
                found = {role: [*map(array, nodes)] for role, nodes in saved["objects"].items()}
            except (KeyError, TypeError, AttributeError) as error:
                text = f"{step} is of another framework or form: set a new RUN name."
                raise RuntimeError(text) from error
            for role, now in self.arrays().items():
                kinds = [(each.shape, each.dtype) for each in now]
                if kinds != [(each.shape, each.dtype) for each in found.get(role, [])]:
                    text = f"{step} does not fit this {role}: build it as before, or set a new RUN."
                    raise RuntimeError(text)
            self.set_arrays(found)

    class PytreeState(ArraysState):
        """A variable that holds a pytree of JAX's. Resuming binds it to a new one."""

        def __init__(self, variable):
            self.variable = variable

        def framework(self):
            import jax

            return jax

        def check(self):
            if self.variable not in globals():
                text = f"no variable {self.variable!r}: run its cell first, or correct STATE"
                raise NoVariable(text)

        def leaves(self):
            return self.framework().tree_util.tree_leaves(globals()[self.variable])

        def is_key(self, leaf):
            dtypes = self.framework().dtypes
            return hasattr(leaf, "dtype") and dtypes.issubdtype(leaf.dtype, dtypes.prng_key)

        def arrays(self):
            self.check()
            data = self.framework().random.key_data
            leaves = [data(leaf) if self.is_key(leaf) else leaf for leaf in self.leaves()]
            return {"jax": [np.asarray(leaf) for leaf in leaves]}

        def set_arrays(self, found):
            jax = self.framework()

            def like(leaf, array):
                if self.is_key(leaf):
                    return jax.random.wrap_key_data(array, impl=jax.random.key_impl(leaf))
                if isinstance(leaf, jax.Array):
                    return jax.device_put(array, leaf.sharding)
                return array.copy() if isinstance(leaf, np.ndarray) else array.item()

            leaves = [like(*pair) for pair in zip(self.leaves(), found["jax"], strict=True)]
            structure = jax.tree_util.tree_structure(globals()[self.variable])
            globals()[self.variable] = jax.tree_util.tree_unflatten(structure, leaves)

    class KerasState(ArraysState):
        """All variables of a model (those of seed generators too) and of its optimizer."""

        def __init__(self, model):
            self.model = model

        def framework(self):
            import keras

            return keras

        def check(self):
            pass

        def variables(self):
            return {"model": self.model.variables, "optimizer": self.model.optimizer.variables}

        def arrays(self):
            to_numpy = self.framework().ops.convert_to_numpy
            variables = self.variables().items()
            return {role: [np.asarray(to_numpy(v)) for v in each] for role, each in variables}

        def set_arrays(self, found):
            for role, variables in self.variables().items():
                for variable, array in zip(variables, found[role], strict=True):
                    variable.assign(array)

    def make_keras_callback(run):
        import keras

        class Checkpoint(keras.callbacks.Callback):
            def on_train_begin(self, logs=None):
                run.state, run.count = KerasState(self.model), self.params.get("epochs")
                self.resumed = run.restore(with_random=False)
                if self.resumed:
                    self.model._initial_epoch = run.epoch  # what fit() reads next
                else:
                    run.step = int(self.model.optimizer.iterations)
                    run.save()

            def on_epoch_begin(self, epoch, logs=None):
                if self.resumed and epoch == self.resumed["epoch"]:
                    saved = self.resumed.get("epoch_rng") or self.resumed["rng"]
                    run.state.set_random_state(saved)
                self.resumed = None

            def on_epoch_end(self, epoch, logs=None):
                run.metrics = {}
                run.log(**(logs or {}))
                run.epoch, run.step = epoch + 1, int(self.model.optimizer.iterations)
                run.save_or_tell(last=run.epoch == run.count)

            def on_train_end(self, logs=None):
                self.model._initial_epoch = None  # a further fit() begins where it is told

        return Checkpoint()

    # How it is written: whenever a crash comes, a step is there whole or not at all.

    def write_step(run, state, damaged, content):
        delete_steps(run.glob(".step-*.tmp-*"))  # what a failed save left
        run.mkdir(parents=True, exist_ok=True)
        final = run / f"step-{content['step']:012d}"
        good = [old for old in steps_of(run) if old not in damaged]
        if good and good[-1] >= final:
            raise OSError(
                f"{good[-1].name} is there: if another notebook trains this run, stop one"
            )
        folder = run / f".{final.name}.tmp-{os.urandom(4).hex()}"
        folder.mkdir()
        content = {**content, **state.write(folder)}
        (folder / "state.json").write_text(json.dumps(content))
        paths = sorted(folder.iterdir())
        with ThreadPoolExecutor() as pool:  # reads while the disk writes
            sums = pool.map(checksum, paths)
            for path in paths:
                sync_to_disk(path)
        files = {path.name: seen for path, seen in zip(paths, sums, strict=True)}
        commit = {"format": 1, "step": content["step"], "files": files}
        (folder / "COMMIT.json").write_text(json.dumps(commit))
        sync_to_disk(folder / "COMMIT.json")
        sync_to_disk(folder)
        delete_steps(old for old in damaged if old == final)
        folder.rename(final)
        sync_to_disk(run)
        for parent in run.parents if len(good) < 2 else []:  # they may be new as well
            with contextlib.suppress(OSError):  # not each may be opened
                sync_to_disk(parent)
        with contextlib.suppress(OSError):  # it is saved; the rest is deleted after the next save
            text = patiently(Path.read_text, good[-1] / "COMMIT.json") if good else ""
            older = [old for old in good[:-1] if f"../{old.name}/" not in text]  # not what it uses
            delete_steps([*older, *(old for old in damaged if old < final)])

    def sync_to_disk(path):
        """Wait until a file, or the list of names in a folder, is on the disk."""
        if os.name != "nt":
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)

    def delete_steps(folders):
        """Empty the files first: the trash of Google Drive keeps what is deleted, at its size."""
        for folder in folders:
            with contextlib.suppress(OSError):  # what is left is deleted after the next save
                if folder.is_symlink():
                    folder.unlink()
                    continue
                for path in folder.rglob("*"):
                    seen = path.lstat()  # no link, and no file that has a second name
                    if stat.S_ISREG(seen.st_mode) and seen.st_nlink == 1:
                        os.truncate(path, 0)
                shutil.rmtree(folder)

    # How it is read: the newest step whose files are as they were written.

    def find_step(run):
        """Return the newest good step (None: there is none yet) and the damaged ones after it."""
        delete_steps(run.glob(".step-*.tmp-*"))  # what a crash left unfinished
        damaged = []
        for step in reversed(steps_of(run)):
            try:
                commit = json.loads(patiently(Path.read_bytes, step / "COMMIT.json"))
                files = commit["files"].items()
                bad = [name for name, seen in files if patiently(checksum, step / name) != seen]
                if commit["format"] not in (1, 2, 3):
                    text = (
                        f"{step} has format {commit['format']}: insert a newer version of this cell"
                    )
                    raise RuntimeError(text)
                if commit["step"] != int(step.name[5:]):
                    bad.append("COMMIT.json")
                if not bad:
                    return step, damaged
            except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
                bad = f"{type(error).__name__}: {error}"
            print(f"{step} is damaged and left out ({bad}).")
            damaged.append(step)
        if damaged:
            raise RuntimeError(
                f"No checkpoint in {run} is good. Restore a backup or set a new RUN name."
            )
        return None, damaged

    def steps_of(run):
        names = patiently(os.listdir, run)  # an error where it can't be reached: never "empty"
        return sorted(run / name for name in names if Path(name).match("step-" + "[0-9]" * 12))

    def checksum(path):
        crc = 0
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                crc = zlib.crc32(block, crc)
        return {"size": path.stat().st_size, "crc32": f"{crc:08x}"}

    def patiently(read, path):
        """Read again for a while: a mount fails at times, as while it uploads what is asked for."""
        for pause in (0.5, 2, 8):
            try:
                return read(path)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
            time.sleep(pause)
        return read(path)

    def read_library_step(step, saved):
        """Return the objects' states of a step that the library form wrote."""
        from safetensors.torch import load_file

        tensors = {}
        for name in json.loads((step / "COMMIT.json").read_bytes())["files"]:
            if name.endswith(".safetensors"):  # cloned: the file will be deleted
                loaded = load_file(step / name).items()
                tensors.update({key: value.clone() for key, value in loaded})
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
            return {role: build(node) for role, node in saved["objects"].items()}
        except KeyError as error:
            text = f"{step} holds {error}: only the library form can load it"
            raise RuntimeError(text) from error

    return Run


Run = make_checkpoint_engine()
del make_checkpoint_engine
