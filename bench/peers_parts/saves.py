"""One process that saves one training with several libraries, in turn."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import logging
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed.checkpoint as dcp

# What each row needs beside torch, as pip calls it.
NAMES = {
    "runtime_kit": "",
    "moonclip": "moonclip",
    "DCP (reused DefaultStager)": "",
    "DCP (default stager)": "",
    "torch_checkpointing": "torch_checkpointing",
    "torch.save + rename": "",
    "ravex": "ravex",
}
Wait = Callable[[], object]


class Training:
    """Weights and AdamW's moments in so many large tensors."""

    def __init__(self, megabytes: int, tensors: int) -> None:
        count = max(tensors // 3, 1)
        size = megabytes * (1 << 20) // 4 // 3 // count
        parameters = [torch.nn.Parameter(torch.randn(size)) for _ in range(count)]
        self.model = torch.nn.ParameterList(parameters)
        self.optimizer = torch.optim.AdamW(self.model.parameters())
        for parameter in self.model.parameters():
            parameter.grad = torch.randn(size)
        self.step()
        moments = [state[key] for state in self.optimizer.state.values() for key in sorted(state)]
        self._live = [*parameters, *moments]
        self._copy = [torch.empty_like(tensor).zero_() for tensor in self._live]

    def step(self) -> None:
        self.optimizer.step()

    def state(self) -> dict[str, Any]:
        return {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}

    def plain_copy(self) -> float:
        """Seconds of one thread's copy into memory that is touched: the floor of a stall."""
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        begin = time.perf_counter()
        with torch.no_grad():
            for target, source in zip(self._copy, self._live, strict=True):
                target.copy_(source)
        seconds = time.perf_counter() - begin
        torch.set_num_threads(threads)
        return seconds


class Peer:
    """``save`` copies the state and returns what waits until it is written."""

    def __init__(self, training: Training, folder: Path) -> None:
        self.training, self.folder = training, folder

    def save(self, step: int) -> Wait:
        raise NotImplementedError

    def close(self) -> None:
        """Let go of threads and processes."""


class Ours(Peer):
    def __init__(self, training: Training, folder: Path) -> None:
        from runtime_kit import CheckpointManager

        super().__init__(training, folder)
        self.manager = CheckpointManager("run", folder)

    def save(self, step: int) -> Wait:
        objects = {"model": self.training.model, "optimizer": self.training.optimizer}
        self.manager.save(step, objects)
        return self.manager.wait

    def close(self) -> None:
        self.manager.close()


class Moonclip(Peer):
    def __init__(self, training: Training, folder: Path) -> None:
        from moonclip import CheckpointManager

        super().__init__(training, folder)
        self.manager = CheckpointManager(str(folder))

    def save(self, step: int) -> Wait:
        self.manager.save(step, self.training.model, self.training.optimizer)
        return self.manager.flush


class Distributed(Peer):
    """torch's own, with what it makes by default: a new stager for each save."""

    stager: Any = None

    def save(self, step: int) -> Wait:
        found = dcp.async_save(
            self.training.state(),
            checkpoint_id=self.folder / str(step),
            no_dist=True,
            async_stager=self.stager,
        )
        return getattr(found, "upload_completion", found).result


class DistributedReused(Distributed):
    def __init__(self, training: Training, folder: Path) -> None:
        from torch.distributed.checkpoint.staging import DefaultStager, StagingOptions

        super().__init__(training, folder)
        self.stager = DefaultStager(
            StagingOptions(
                use_pinned_memory=False,
                use_shared_memory=True,
                use_async_staging=False,
                use_non_blocking_copy=False,
            )
        )

    def close(self) -> None:
        self.stager.close()


class TorchCheckpointing(Peer):
    def __init__(self, training: Training, folder: Path) -> None:
        from torch_checkpointing.checkpoint_manager import CheckpointManager
        from torch_checkpointing.config import AsyncCheckpointSaverConfig
        from torch_checkpointing.staging import CheckpointStagerConfig
        from torch_checkpointing.storage.filesystem import LocalFileSystemStorageConfig

        super().__init__(training, folder)
        staging = CheckpointStagerConfig(
            use_pinned_memory=False, use_async_staging=False, use_non_blocking_copy=False
        )
        saver = AsyncCheckpointSaverConfig(staging_config=staging)
        storage = LocalFileSystemStorageConfig(use_direct_io=False)  # fails on ext4 otherwise
        config = CheckpointManager.Config(save=saver, storage_config=storage)
        self.manager = CheckpointManager(config)

    def save(self, step: int) -> Wait:
        return self.manager.save(str(self.folder / str(step)), self.training.state()).result

    def close(self) -> None:
        self.manager.close()


class Rename(Peer):
    def save(self, step: int) -> Wait:
        path, fresh = self.folder / "state.pt", self.folder / "state.tmp"
        with open(fresh, "wb") as file:
            torch.save(self.training.state(), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
        return lambda: None


KINDS: dict[str, type[Peer]] = {
    "runtime_kit": Ours,
    "moonclip": Moonclip,
    "DCP (reused DefaultStager)": DistributedReused,
    "DCP (default stager)": Distributed,
    "torch_checkpointing": TorchCheckpointing,
    "torch.save + rename": Rename,
}


def files(folder: Path) -> dict[tuple[str, int, int], int]:
    """Size of each file, by what tells that it was written again."""
    found = {}
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            status = path.stat()
            if path.is_file():
                found[(str(path), status.st_ino, status.st_mtime_ns)] = status.st_size
    return found


def tidy(folder: Path) -> None:
    """Delete all but two saves of those that keep each one."""
    steps = [path for path in folder.iterdir() if path.name.isdecimal()]
    for old in sorted(steps, key=lambda path: int(path.name))[:-2]:
        shutil.rmtree(old, ignore_errors=True)


def measure(job: dict[str, Any]) -> None:
    """Print one row a library."""
    training = Training(job["megabytes"], job["tensors"])
    peers: dict[str, Peer] = {}
    broken: dict[str, str] = {}
    times: dict[str, dict[str, list[float]]] = {}
    floor: list[float] = []
    for number, name in enumerate(name for name in job["names"] if name in KINDS):
        folder = Path(job["folder"], str(number))
        folder.mkdir()
        try:
            peers[name] = KINDS[name](training, folder)
        except Exception as error:
            broken[name] = repr(error)
    for step in range(job["rounds"] + 2):  # the first two touch buffers and write what is whole
        for name in [name for name in peers if name not in broken]:
            peer = peers[name]
            training.step()
            floor.append(training.plain_copy())
            before = files(peer.folder)
            training.step()
            begin = time.perf_counter()
            try:
                wait = peer.save(step)
                stall = time.perf_counter() - begin
                wait()
            except Exception as error:
                broken[name] = repr(error)
                continue
            written = time.perf_counter() - begin
            now = files(peer.folder)
            size = sum(now[key] for key in now.keys() - before.keys())
            if step > 1:
                row = times.setdefault(name, {"stall": [], "written": [], "size": []})
                row["stall"].append(stall)
                row["written"].append(written)
                row["size"].append(size)
            tidy(peer.folder)
    for name in job["names"]:
        if name in times and name not in broken:
            _print(name, times[name], statistics.median(floor))
        elif name in broken:
            _say({"what": name, "not measured": broken[name][:200]})
    for peer in peers.values():
        with contextlib.suppress(Exception):
            peer.close()
    if "ravex" in job["names"]:
        ravex(job)


def _print(name: str, row: dict[str, list[float]], floor: float) -> None:
    stall = sorted(row["stall"])
    middle = statistics.median(stall)
    _say(
        {
            "what": name + _version(name),
            "stall / one thread's copy": f"{middle / floor:.2f}",
            "stall": f"{1000 * middle:.1f} ms ({1000 * stall[0]:.1f} to {1000 * stall[-1]:.1f})",
            "written after": f"{statistics.median(row['written']):.2f} s",
            "MB": f"{statistics.median(row['size']) / 1e6:.0f}",
        }
    )


def ravex(job: dict[str, Any]) -> None:
    """ravex saves by itself in a decorated function: its longest steps are those that save."""
    import ravex as peer

    folder = Path(job["folder"], "ravex")
    folder.mkdir()
    os.chdir(folder)
    every, times = 5, []
    storage = {"type": "local", "path": str(folder / "store")}

    @peer.train_loop(checkpoint_every=every, storage=storage)
    def train() -> None:
        training = Training(job["megabytes"], job["tensors"])
        peer.track(training.model, training.optimizer)
        for _ in range(every * (job["rounds"] + 2)):
            begin = time.perf_counter()
            training.step()
            peer.batch_boundary()
            times.append(time.perf_counter() - begin)
            time.sleep(0.2)

    try:
        train()
    except BaseException as error:
        _say({"what": "ravex" + _version("ravex"), "not measured": repr(error)[:200]})
        return
    rounds = [times[i : i + every] for i in range(2 * every, len(times), every)]
    extra = [max(steps) - statistics.median(steps) for steps in rounds]
    step = f"{1000 * statistics.median(times):.0f} ms"
    _say(
        {
            "what": "ravex" + _version("ravex"),
            "a step that saves takes longer by": f"{1000 * statistics.median(extra):.1f} ms",
            "a step": step,
        }
    )


def _version(name: str) -> str:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError, ValueError):
        return " " + importlib.metadata.version(NAMES[name]) if NAMES[name] else ""
    return ""


def _say(row: dict[str, str]) -> None:
    print("BENCH " + json.dumps(row), flush=True)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    measure(json.loads(sys.argv[1]))
