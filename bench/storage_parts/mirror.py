"""The mirror of a run in a mounted remote: how near it comes to the link's bandwidth."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from bench.storage_parts.remote import remote
from bench.storage_parts.staging import Size
from runtime_kit import CheckpointManager, drive
from runtime_kit.checkpoint import messages

Row = tuple[str, str, str, str]
BASE = 10.0  # seconds of steps without a mirror, before and after


def mirror(work: Path, size: Size, megabytes: int) -> list[Row]:
    """From the step's commit until the run says `mirrored`, which is checked in the folder that is
    served; against rclone's own copy of as many bytes."""
    served = work / "mirrored"
    served.mkdir()
    count = 8
    state = {f"t{n}": torch.randn(megabytes * 1_000_000 // 4 // count) for n in range(count)}
    saved: list[float] = []
    mirrored: list[float] = []
    times = {"saved": saved, "mirrored": mirrored}
    with remote(served, work, size.rate, size.latency) as config:
        plain = _plain_copy(work, config, megabytes)
        with _mounted(config, work) as point, _listening(times):
            manager = CheckpointManager("bench", work / "local", mirror=point)
            before = _step_times(_for(BASE))
            manager.save(1, {"model": state}, wait=True)
            spent = _senders_time()
            during = _step_times(lambda: not mirrored)
            manager.finish(600)
            spent = _senders_time() - spent
            sent = sum(p.stat().st_size for p in served.rglob("*") if p.is_file())
            if sent < megabytes * 1_000_000:
                raise RuntimeError(f"`mirrored`, and the remote has {sent / 1e6:.0f} MB")
            after = _step_times(_for(BASE))
    ours = mirrored[0] - saved[0]
    steps = _middle(during), _middle(before + after)
    return [
        (
            "mirror / bandwidth of the remote",
            f"{megabytes / ours / size.rate:.2f}",
            ">= 0.9",
            f"{megabytes / ours:.1f} MB/s of {size.rate:g}, until the remote has all; "
            f"{megabytes} MB; rclone copy: {megabytes / plain:.1f} MB/s",
        ),
        (
            "step time while mirroring / without",
            f"{steps[0] / steps[1]:.3f}",
            "<= 1.03",
            f"{steps[0] * 1000:.1f} ms / {steps[1] * 1000:.1f} ms; without, before and after: "
            f"{_middle(before) * 1000:.1f}, {_middle(after) * 1000:.1f} ms; rclone took "
            f"{100 * spent / ours:.0f} % of a core (the remote is on the same machine)",
        ),
    ]


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
def _listening(times: dict[str, list[float]]) -> Iterator[None]:
    def note(event: dict[str, object]) -> None:
        times.get(str(event["event"]), []).append(time.perf_counter())

    leave = messages.subscribe(note)
    try:
        yield
    finally:
        leave()


def _plain_copy(work: Path, config: Path, megabytes: int) -> float:
    source = work / "plain.bin"
    with open(source, "wb") as file:
        for _ in range(megabytes // 10):
            file.write(torch.randint(0, 255, (10_000_000,), dtype=torch.uint8).numpy().tobytes())
    begin = time.perf_counter()
    command = ["rclone", "copyto", str(source), "web:plain.bin", "--config", str(config)]
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - begin
    subprocess.run(["rclone", "deletefile", "web:plain.bin", "--config", str(config)], check=True)
    source.unlink()
    return seconds


def _senders_time() -> float:
    """Processor time of the programs that have sent something and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
