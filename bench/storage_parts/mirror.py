"""The mirror of a run in a mounted remote: how near it comes to the link's bandwidth, and what a
training feels of it."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from bench.spread import standard_error
from bench.storage_parts.remote import remote
from bench.storage_parts.staging import Size
from runtime_kit import CheckpointManager, drive
from runtime_kit.checkpoint import messages

Row = tuple[str, str, str, str]
PART = 100  # MB of each save of those that steps are timed beside
TURNS = 20
PAIRS = 3
LEFT = 1.0  # seconds in which what follows a mirrored save is done


def mirror(work: Path, size: Size, megabytes: int) -> list[Row]:
    served = work / "mirrored"
    served.mkdir()
    with (
        remote(served, work, size.rate, size.latency, aside=True) as config,
        _mounted(config, work) as point,
    ):
        return [
            *_bandwidth(work, point, served, config, size.rate, megabytes),
            _steps_beside(work, point, config),
        ]


def _bandwidth(
    work: Path, point: Path, served: Path, config: Path, rate: float, megabytes: int
) -> list[Row]:
    """From the step's commit until the run says `mirrored`, which is checked in the folder that is
    served; in turn with rclone's own copy of as many bytes, both beside a training."""
    plain, ours = [], []
    for turn in range(PAIRS):
        with _copied(work, config, megabytes) as copying:
            begin = time.perf_counter()
            _step_times(copying)
            plain.append(time.perf_counter() - begin)
        with _saver(f"whole-{turn}", work, point, megabytes) as save:
            begin, mirroring = save()
            _step_times(mirroring)
            ours.append(time.perf_counter() - begin)
        sent = sum(path.stat().st_size for path in served.rglob("*") if path.is_file())
        if sent < megabytes * 1_000_000 * (turn + 1):
            raise RuntimeError(f"`mirrored`, and the remote has {sent / 1e6:.0f} MB")
    ratio = statistics.median(theirs / own for theirs, own in zip(plain, ours, strict=True))
    best, alone = megabytes / min(ours), megabytes / min(plain)
    return [
        (
            "mirror / bandwidth of the remote",
            f"{best / rate:.2f}",
            ">= 0.9",
            f"{best:.1f} MB/s of {rate:g}, until the remote has all; {megabytes} MB; the best of "
            f"{PAIRS}; rclone copy: {alone:.1f} MB/s",
        ),
        (
            "mirror / rclone copy of as many bytes",
            f"{ratio:.2f}",
            ">= 0.95",
            f"median of {PAIRS} pairs, beside a training",
        ),
    ]


def _steps_beside(work: Path, point: Path, config: Path) -> Row:
    """Steps in turns of as long: without anything, while a save is mirrored, without once more, and
    while rclone alone copies as much, which no mirror can undercut. The machine's own drift is
    longer than a turn."""
    mirrored, copied, idle = [], [], []
    with _saver("parts", work, point, PART) as save:
        for _ in range(TURNS):
            before = _middle(_step_times(_for(2)))
            mirrored.append(_middle(_step_times(save()[1])) / before)
            time.sleep(LEFT)
            idle.append(_middle(_step_times(_for(2))) / before)
            with _copied(work, config, PART) as copying:
                copied.append(_middle(_step_times(copying)) / before)
    return (
        "step time while mirroring / without",
        f"{statistics.mean(mirrored):.3f}",
        "<= 1.03",
        f"{TURNS} turns, +- {standard_error(mirrored):.3f}; while rclone alone copies as much: "
        f"{statistics.mean(copied):.3f} +- {standard_error(copied):.3f}; without / without: "
        f"{statistics.mean(idle):.3f} +- {standard_error(idle):.3f}; "
        "the remote is on the same machine",
    )


@contextlib.contextmanager
def _mounted(config: Path, work: Path) -> Iterator[Path]:
    """As a user mounts it."""
    os.environ["RCLONE_CONFIG"] = str(config)
    os.environ["RUNTIME_KIT_STATE"] = str(work / "state")
    point = drive.mount(work / "drive", remote="web", provider="rclone-mount")
    try:
        yield point
    finally:
        drive.unmount(60, force=True)


@contextlib.contextmanager
def _saver(
    name: str, work: Path, point: Path, megabytes: int
) -> Iterator[Callable[[], tuple[float, Callable[[], bool]]]]:
    """A function that saves new content, and tells when it was saved and whether it still is being
    mirrored."""
    count = 8
    state = {f"t{n}": torch.empty(megabytes * 1_000_000 // 4 // count) for n in range(count)}
    times: dict[str, list[float]] = {"saved": [], "mirrored": []}
    manager = CheckpointManager(name, work / "local", mirror=point, keep=1)

    def note(event: dict[str, object]) -> None:
        times.get(str(event["event"]), []).append(time.perf_counter())

    def save() -> tuple[float, Callable[[], bool]]:
        for tensor in state.values():
            tensor.uniform_()
        step = len(times["saved"]) + 1
        manager.save(step, {"model": state}, wait=True)
        return times["saved"][-1], lambda: len(times["mirrored"]) < step

    leave = messages.subscribe(note)
    try:
        yield save
        manager.finish(600)
    finally:
        leave()


@contextlib.contextmanager
def _copied(work: Path, config: Path, megabytes: int) -> Iterator[Callable[[], bool]]:
    """As many bytes go to the remote without us; yields whether they still do."""
    source = work / f"plain-{megabytes}.bin"
    if not source.exists():
        with open(source, "wb") as file:
            for _ in range(megabytes // 10):
                file.write(os.urandom(10_000_000))
            file.flush()
            os.fsync(file.fileno())
    options = ["--config", str(config)]
    command = ["nice", "rclone", "copyto", str(source), "web:plain.bin", *options]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield lambda: program.poll() is None
    if program.wait():
        raise RuntimeError(f"rclone ended with {program.returncode}")
    subprocess.run(["rclone", "deletefile", "web:plain.bin", *options], check=True)


def _for(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _step_times(going: Callable[[], bool]) -> list[float]:
    """Steps of matrix work, with one thread as on a small machine."""
    torch.set_num_threads(1)
    a = torch.randn(400, 400)
    times = []
    while going():
        begin = time.perf_counter()
        for _ in range(8):
            a = torch.tanh(a @ a * 0.01)
        times.append(time.perf_counter() - begin)
    return times


def _middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]
