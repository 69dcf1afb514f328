"""Trainings whose machine loses its power, and what is there when it starts again."""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from runtime_kit import CheckpointManager
from runtime_kit.checkpoint.state.snapshot import Snapshot

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "runtime_kit" / "snippets" / "engines" / "checkpoint.py"
# What the library takes for a disk, and for a mount that uploads.
DISK, MOUNT = "fuse-overlayfs", "lossy"
BACKBONE = {f"backbone.{i}": np.random.default_rng(i).standard_normal(3000) for i in range(12)}
CHANGES = 90  # of the disk until a cut, at most; a save makes 15 to 40
Say = Callable[[str], None]


@dataclass
class Report:
    """``lost``: what should not have happened, a line each."""

    cuts: int = 0
    saves: int = 0
    in_a_save: int = 0
    lost: list[str] = field(default_factory=list)


def state_at(step: int) -> dict[str, np.ndarray]:
    """Most of it never changes, so that the library's steps share files."""
    return {**BACKBONE, "adapter": np.random.default_rng(step).standard_normal(2000)}


def library(folder: Path, say: Say, interim: bool = False) -> None:
    """Resume and save with CheckpointManager; ``interim``: two of three steps in between."""
    manager = CheckpointManager("r", folder, takeover=True)
    restored = manager.restore()
    step = restored.checkpoint.step if restored else 0
    found = restored.state["model"] if restored else {}
    _loaded(step, found, say)
    while True:
        step += 1
        say("saving")
        snapshot = Snapshot.take(step, {"model": state_at(step)}, {})
        snapshot.interim = interim and step % 3 > 0
        manager.save_snapshot(snapshot, wait=True)
        say(f"saved {step}")


def cell(folder: Path, say: Say) -> None:
    """Resume and save with the standalone cell."""
    import torch

    class Model:
        step = 0

        def state_dict(self) -> dict[str, Any]:
            return {name: torch.tensor(array) for name, array in state_at(self.step).items()}

        def load_state_dict(self, state: dict[str, Any]) -> None:
            self.state = {name: tensor.numpy() for name, tensor in state.items()}

    names: dict[str, Any] = {}
    exec(compile(ENGINE.read_text(), ENGINE, "exec"), names)
    model = Model()
    run = names["Run"]("r", folder).track(model=model)
    _loaded(run.step, model.state if run.step else {}, say)
    while True:
        run.epoch, run.step = run.epoch + 1, run.step + 1
        model.step = run.step
        say("saving")
        run.save()
        say(f"saved {run.step}")


def careless(folder: Path, say: Say) -> None:
    """Nothing is fsynced: what this disk is for has to be found."""
    os.fsync = lambda descriptor: None  # type: ignore[assignment]
    library(folder, say)


KINDS: dict[str, Callable[[Path, Say], None]] = {
    "library": library,
    "interim": partial(library, interim=True),
    "cell": cell,
    "careless": careless,
}


def _loaded(step: int, found: dict[str, Any], say: Say) -> None:
    if step:
        for name, array in state_at(step).items():
            if not np.array_equal(found[name], array):
                say(f"wrong {name} of step {step}")
    say(f"loaded {step}")


def cuts(kind: str, disk: str, count: int, seed: int, work: Path) -> Report:
    """Cut the power ``count`` times while one run of ``kind`` (of :data:`KINDS`) trains on a disk
    of the type ``fuse.<disk>``."""
    report, chance, acknowledged = Report(), random.Random(seed), 0
    with lossy_disk(work, disk) as mount:
        for number in range(count):
            # A third of the cuts meets what happens before the first save
            early = chance.random() < 0.33
            cut = _cut(number, chance, chance.randrange(1, CHANGES))
            told = _until_cut(kind, mount / "0", mount, cut, early, report)
            acknowledged = _judge(told, number, acknowledged, report)
    return report


def first_save_cuts(kind: str, disk: str, seed: int, work: Path) -> Report:
    """Cut the power in front of each change of the disk that a new run makes until its first step
    is saved. Each time the run has to start again."""
    report, chance = Report(), random.Random(seed)
    with lossy_disk(work, disk) as mount:
        while not report.saves:
            number = report.cuts + 1
            folder = mount / str(number)
            cut = _cut(number, chance, number)
            told = _until_cut(kind, folder, mount, cut, True, report)
            acknowledged = _judge(told, number, 0, report)
            with _attempt(KINDS[kind], folder) as lines:
                _judge(_until_loaded(lines, report), number, acknowledged, report)
    return report


def _cut(number: int, chance: random.Random, changes: int) -> str:
    """Every second time as little is on the disk as may be."""
    return f"cut {chance.randrange(1, 1 << 30) if number % 2 else 0} after {changes}"


def _until_cut(
    kind: str, folder: Path, mount: Path, cut: str, early: bool, report: Report
) -> list[str]:
    """What a training says until the power is cut, and that is on again. It is cut at a change of
    the disk, not at a time, so that a busy machine sees the same."""
    if early:
        _power(mount, cut)
    with _attempt(KINDS[kind], folder) as lines:
        told = [] if early else _until_loaded(lines, report)
        if not early:
            _power(mount, cut)
        told += lines.read().decode().splitlines()  # it ends with an error of the disk
    _power(mount, "on")
    report.cuts += 1
    return [line for line in told if not line.startswith("error")]


def _judge(told: list[str], number: int, acknowledged: int, report: Report) -> int:
    """Note in ``report`` what was lost. Returns the last step that was acknowledged."""
    report.in_a_save += bool(told) and told[-1] == "saving"
    for line in told:
        word, _, rest = line.partition(" ")
        if word == "loaded" and int(rest) < acknowledged:
            report.lost.append(f"cut {number}: step {acknowledged} is gone, {line}")
        elif word == "wrong":
            report.lost.append(f"cut {number}: {line}")
        elif word == "saved":
            acknowledged = int(rest)
            report.saves += 1
    return acknowledged


def _until_loaded(lines: io.BufferedReader, report: Report) -> list[str]:
    told = []
    while line := lines.readline().decode().strip():
        told.append(line)
        if line.startswith("loaded"):
            return told
    report.lost.append(f"it ended before it had resumed: {told}")
    return told


@contextlib.contextmanager
def _attempt(main: Callable[[Path, Say], None], folder: Path) -> Iterator[io.BufferedReader]:
    """A forked process that trains, and what it says; what it needs is imported already."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            with open(os.devnull, "w") as quiet:
                os.dup2(quiet.fileno(), 1)
                os.dup2(quiet.fileno(), 2)

            def say(text: str) -> None:
                os.stat(folder.parent)  # without power nobody says anything
                os.write(writing, text.encode() + b"\n")

            main(folder / "runs", say)
        except BaseException as error:
            os.write(writing, f"error {error!r}\n".replace("\n", " ").encode() + b"\n")
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as lines:
        try:
            yield lines
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


@contextlib.contextmanager
def lossy_disk(work: Path, kind: str) -> Iterator[Path]:
    """A mounted lossy disk.

    :raises OSError: FUSE mounts do not work here.
    """
    mount = work / "mount"
    mount.mkdir(exist_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "bench.power_parts.lossy_disk"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log = work / "lossy-disk.log"
    with open(log, "wb") as output:
        server = subprocess.Popen(
            [*command, str(mount), kind], env=environment, stdout=output, stderr=output
        )
    try:
        while not os.path.ismount(mount):
            if server.poll() is not None:
                raise OSError(f"no FUSE mount: {log.read_text()[-500:]}")
            time.sleep(0.05)
        yield mount
    finally:
        subprocess.run(["fusermount3", "-uz", str(mount)], check=False, capture_output=True)
        server.terminate()
        server.wait(30)


def _power(mount: Path, what: str) -> None:
    descriptor = os.open(mount / ".power", os.O_WRONLY)
    try:
        os.write(descriptor, what.encode())
    finally:
        os.close(descriptor)
