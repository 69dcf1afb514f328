"""Stall, time to durable, restore, memory and the bytes of a second save."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import torch
import torch.distributed.checkpoint as dcp

from bench.checkpoint_parts.baselines import (
    MEGABYTES,
    PlainCopy,
    change,
    drop_cache,
    make_state,
    median,
    peak,
    quiet,
    raw_write,
    read_and_check,
    rename_then_save,
    seconds,
)
from runtime_kit import CheckpointManager

Row = tuple[str, str, str, str]


def saves(folder: Path, count: int) -> list[Row]:
    """Every kind of save in turn, ``count`` times; medians."""
    state = make_state()
    copy = PlainCopy(state)
    manager = CheckpointManager("bench", folder)
    times: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        times.setdefault(name, []).append(value)

    def ours(step: int) -> None:
        note("stall", manager.save(step, {"model": state}))
        manager.wait()

    manager.save(0, {"model": state}, wait=True)
    for index in range(count):
        change(state)
        note("copy", seconds(lambda: copy(state)))
        note("durable", seconds(lambda step=index + 1: ours(step)))
        note("raw", seconds(lambda: raw_write(state, folder / "raw")))
        note("copied code", seconds(lambda: rename_then_save(state, folder / "copied.pt")))
        note("dcp", _dcp_stall(state, folder / "dcp"))
    manager.close()
    middle = {name: median(values) for name, values in times.items()}
    stall, durable = middle["stall"], middle["durable"]
    detail = f"{stall * 1000:.0f} ms"
    return [
        (
            "stall / copy into touched buffers",
            f"{stall / middle['copy']:.2f}",
            "<= 1.3",
            f"{detail} / {middle['copy'] * 1000:.0f} ms",
        ),
        (
            "stall / DCP async_save",
            f"1/{middle['dcp'] / stall:.1f}",
            "<= 1/4",
            f"{detail} / {middle['dcp'] * 1000:.0f} ms",
        ),
        (
            "stall / rename, then torch.save",
            f"1/{middle['copied code'] / stall:.1f}",
            "<= 1/15",
            f"{detail} / {middle['copied code'] * 1000:.0f} ms",
        ),
        (
            "durable / raw write and fsync",
            f"{durable / middle['raw']:.2f}",
            "<= 1.15",
            f"{durable:.2f} s / {middle['raw']:.2f} s, {MEGABYTES} MiB",
        ),
    ]


def _dcp_stall(state: dict[str, torch.Tensor], folder: Path) -> float:
    """Seconds until async_save returns; a fresh folder each time, as it needs."""
    shutil.rmtree(folder, ignore_errors=True)
    future = None

    def call() -> None:
        nonlocal future
        future = dcp.async_save(state, checkpoint_id=folder, no_dist=True)

    stall = seconds(call)
    future.result()
    return stall


def restore(folder: Path, count: int) -> list[Row]:
    """From the page cache and from the disk, in turn with reading the same file."""
    state = make_state()
    manager = CheckpointManager("bench", folder)
    manager.save(1, {"model": state}, wait=True)
    payload = folder / "bench" / "step-000000000001" / "model.safetensors"
    rows = []
    for kind, prepare in (("page cache", read_and_check), ("disk", drop_cache)):
        ours, plain = [], []
        for _ in range(count):
            prepare(payload)
            with quiet():
                ours.append(seconds(manager.restore))
            prepare(payload)
            plain.append(seconds(lambda: read_and_check(payload)))
        ratio = median(ours) / median(plain)
        rows.append(
            (
                f"restore / reading and checking, {kind}",
                f"{ratio:.2f}",
                "<= 1.3",
                f"{median(ours):.2f} s / {median(plain):.2f} s",
            )
        )
    manager.close()
    return rows


def memory(folder: Path) -> list[Row]:
    """Peak memory of a fresh process that saves three times."""
    code = "import sys; from bench.checkpoint_parts.saves import print_extra_memory as main; "
    arguments = [sys.executable, "-c", code + "main(sys.argv[1])", str(folder)]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    extra = float(done.stdout.split()[-1])
    return [("extra memory / state", f"{extra:.2f}", "<= 1", f"{MEGABYTES} MiB, peak RSS")]


def print_extra_memory(folder: str) -> None:
    state = make_state()
    manager = CheckpointManager("bench", folder)
    manager.save(0, {"model": {"small": torch.ones(1)}}, wait=True)
    before = peak()
    for step in range(1, 4):
        change(state)
        manager.save(step, {"model": state}, wait=True)
    print((peak() - before) / (MEGABYTES * (1 << 20)))
    manager.close()


def partial(folder: Path) -> list[Row]:
    """A LoRA on a frozen backbone: 1 % of the tensors change."""
    state = make_state(count=400)
    mirror = folder / "mirror"
    manager = CheckpointManager("bench", folder / "local", mirror=mirror)
    written, mirrored = [], []
    for step in range(1, 9):
        for index in range(0, 400, 100):
            state[f"t{index}"].mul_(1.01)
        manager.save(step, {"model": state}, wait=True)
        before = sum(mirrored)
        manager.mirror.settle(600)
        written.append(manager.last_write.written)
        mirrored.append(manager.mirror.written - before)
    manager.close()
    whole = written[0]
    shares = ", ".join(f"{100 * value / whole:.1f} %" for value in written)
    return [
        (
            "saves 2 to 8, 1 % changed: written by the largest",
            f"{100 * max(written[1:]) / whole:.1f} %",
            "<= 1.1 %",
            f"saves 1 to 8: {shares}",
        ),
        (
            "second save, 1 % changed: mirrored",
            f"{100 * mirrored[1] / mirrored[0]:.1f} %",
            "<= 5 %",
            f"{mirrored[1] / 1e6:.1f} MB of {mirrored[0] / 1e6:.0f} MB",
        ),
    ]
