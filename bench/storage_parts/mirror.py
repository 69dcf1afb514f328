"""The mirror of a run over a mounted remote: how near it comes to the link's bandwidth."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import torch

from bench.storage_parts.remote import mounted, remote
from bench.storage_parts.staging import Size
from runtime_kit import CheckpointManager

Row = tuple[str, str, str, str]
STEP = 0.05


def mirror(work: Path, size: Size, megabytes: int) -> list[Row]:
    """Until the remote itself has every byte, against rclone's own copy of as many."""
    served = work / "mirrored"
    served.mkdir()
    count = 8
    state = {f"t{n}": torch.randn(megabytes * 1_000_000 // 4 // count) for n in range(count)}
    with remote(served, work, size.rate, size.latency) as config:
        plain = _plain_copy(work, config, megabytes)
        with mounted(config, work, "--vfs-write-back=1s") as mount:
            manager = CheckpointManager("bench", work / "local", mirror=mount / "run")
            before = _step_time(5.0)
            manager.save(1, {"model": state}, wait=True)
            begin = time.perf_counter()
            during = _step_time(5.0)
            manager.mirror.finish(600)  # type: ignore[union-attr]
            total = sum(p.stat().st_size for p in (mount / "run").rglob("*") if p.is_file())
            while sum(p.stat().st_size for p in served.rglob("*") if p.is_file()) < total:
                time.sleep(0.1)
            ours = time.perf_counter() - begin
            manager.close()
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
            f"{during / before:.3f}",
            "<= 1.03",
            f"{during * 1000:.1f} ms / {before * 1000:.1f} ms",
        ),
    ]


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


def _step_time(seconds: float) -> float:
    """The median time of a step of matrix work, with one thread as on a small machine."""
    a = torch.randn(400, 400)
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.perf_counter()
        for _ in range(8):
            a = torch.tanh(a @ a * 0.01)
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2]
