"""Staging a zip of small files from a mount, against what people do instead."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.storage_parts.remote import mounted, remote

Row = tuple[str, str, str, str]
FILE = 50_000  # bytes


@dataclass(frozen=True)
class Size:
    """How much is measured with, and over which link."""

    files: int
    singly: int
    """Files of those that are copied one by one: this takes the longest, and is linear."""
    rate: float
    latency: float
    rounds: int

    @property
    def text(self) -> str:
        return (
            f"{self.files:,} files, {self.files * FILE / 1e6:.0f} MB, "
            f"{self.rate:g} MB/s, {self.latency:g} ms"
        )


def make(top: Path, size: Size) -> Path:
    """Files of which half is noise, so that they compress to a half; and the zip of them."""
    dice = random.Random(3)
    for number in range(size.files):
        folder = top / "data" / f"{number % 200:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        data = dice.randbytes(FILE // 2) + b"\0" * (FILE // 2)
        (folder / f"{number:06d}.bin").write_bytes(data)
        if number < size.singly:
            few = top / "few" / f"{number % 200:03d}"
            few.mkdir(parents=True, exist_ok=True)
            (few / f"{number:06d}.bin").write_bytes(data)
    with zipfile.ZipFile(top / "data.zip", "w", zipfile.ZIP_STORED) as archive:
        for path in sorted((top / "data").rglob("*.bin")):
            archive.write(path, str(path.relative_to(top / "data")))
    shutil.rmtree(top / "data")
    return top / "data.zip"


def staging(work: Path, size: Size) -> list[Row]:
    """In turn, each from a mount of its own; the median of each."""
    served = work / "served"
    served.mkdir()
    make(served, size)
    out = work / "out"
    stage = [sys.executable, "-m", "bench.storage_parts.stage_once"]
    ways: dict[str, Callable[[Path], list[str]]] = {
        "stage": lambda mount: [*stage, str(mount / "data.zip"), str(out / "data")],
        "unzip": lambda mount: ["unzip", "-q", str(mount / "data.zip"), "-d", str(out)],
        "read": lambda mount: ["dd", f"if={mount / 'data.zip'}", "of=/dev/null", "bs=4M"],
        "cp -r": lambda mount: ["cp", "-r", str(mount / "few"), str(out)],
        "local unzip": lambda mount: ["unzip", "-q", str(served / "data.zip"), "-d", str(out)],
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    peak = 0.0
    with remote(served, work, size.rate, size.latency) as config:
        for _ in range(size.rounds):
            for name, command in ways.items():
                if name == "cp -r" and times[name]:
                    continue
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                os.sync()  # or one pays for what the one before has left to write
                with mounted(config, work) as mount:
                    begin = time.perf_counter()
                    done = subprocess.run(
                        command(mount),
                        check=True,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL,
                    )
                    seconds = time.perf_counter() - begin
                if name == "stage":
                    told = json.loads(done.stdout.splitlines()[-1])
                    seconds, peak = told["seconds"], max(peak, told["peak"])
                times[name].append(seconds)
    shutil.rmtree(out, ignore_errors=True)
    middle = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
    singly = middle["cp -r"] * size.files / size.singly
    slower = max(middle["read"], middle["local unzip"])
    ours = middle["stage"]
    return [
        (
            "cp -r of the folder / stage",
            f"{singly / ours:.1f}",
            ">= 10",
            f"{singly:.0f} s{_share(size)} / {ours:.1f} s; {size.text}",
        ),
        (
            "unzip from the mount / stage",
            f"{middle['unzip'] / ours:.2f}",
            ">= 1.5",
            f"{middle['unzip']:.1f} s / {ours:.1f} s",
        ),
        (
            "stage / slower of reading and unpacking",
            f"{ours / slower:.2f}",
            "<= 1.3",
            f"{ours:.1f} s / max({middle['read']:.1f} s, {middle['local unzip']:.1f} s)",
        ),
        (
            "memory while staging it",
            f"{peak:.0f} MB",
            "<= 200 MB",
            "peak of the process, Python's included",
        ),
    ]


def _share(size: Size) -> str:
    if size.singly == size.files:
        return ""
    return f" (from {size.singly:,} files)"


def memory(work: Path, _: Size) -> list[Row]:
    """The peak with archives of three sizes, of files small and large."""
    peaks = []
    for megabytes in (50, 200, 800):
        noise = random.Random(1).randbytes(1 << 20)
        archive = work / "a.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            for number in range(megabytes // 2):
                with file.open(f"{number}.bin", "w", force_zip64=True) as member:
                    member.write(noise)
            with file.open("large.bin", "w", force_zip64=True) as member:
                for _piece in range(megabytes // 2):
                    member.write(noise)
        command = [sys.executable, "-m", "bench.storage_parts.stage_once", str(archive)]
        done = subprocess.run([*command, str(work / "o")], check=True, stdout=subprocess.PIPE)
        peaks.append(json.loads(done.stdout.splitlines()[-1])["peak"])
        shutil.rmtree(work / "o")
    text = ", ".join(f"{peak:.0f}" for peak in peaks)
    return [
        ("memory, archives of 50, 200, 800 MB", f"{max(peaks):.0f} MB", "<= 200 MB", f"{text} MB")
    ]
