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
ARCHIVES = {"data.zip": "stored", "packed.zip": "deflated"}
WORKERS = os.cpu_count() or 1


@dataclass(frozen=True)
class Size:
    """How much is measured with, and over which link."""

    files: int
    singly: int
    """Files of those that are copied one by one: this takes the longest, and is linear."""
    rate: float
    fast: float
    """The rate of another link for staging."""
    latency: float
    rounds: int


def make(top: Path, size: Size) -> None:
    """Files of which half is noise, and two zips of them: as they are, as of pictures, and packed,
    which makes them half as large."""
    names = sorted(f"{number % 200:03d}/{number:06d}.bin" for number in range(size.files))
    for archive, way in zip(ARCHIVES, (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), strict=True):
        dice = random.Random(3)
        with zipfile.ZipFile(top / archive, "w", way) as file:
            for name in names:
                data = dice.randbytes(FILE // 2) + b"\0" * (FILE // 2)
                file.writestr(name, data)
                if way == zipfile.ZIP_STORED and int(name[4:10]) < size.singly:
                    (top / "few" / name).parent.mkdir(parents=True, exist_ok=True)
                    (top / "few" / name).write_bytes(data)


def staging(work: Path, size: Size) -> list[Row]:
    served = work / "served"
    served.mkdir()
    make(served, size)
    rows, singly, peak = [], 0.0, 0.0
    for rate in filter(None, (size.rate, size.fast)):
        times, highest = _measured(work, served, size, rate, not rows)
        singly = singly or times.pop(("data.zip", "cp -r")) * size.files / size.singly
        peak = max(peak, highest)
        for archive, kind in ARCHIVES.items():
            megabytes = (served / archive).stat().st_size / 1e6
            link = f"zip of {megabytes:.0f} MB ({kind}), {rate:g} MB/s, {size.latency:g} ms"
            found = {name: time for (each, name), time in times.items() if each == archive}
            rows += _rows(found, singly if rate == size.rate else 0.0, size, link)
    return [*rows, ("memory while staging it", f"{peak:.0f} MB", "<= 200 MB", "of the process")]


def _measured(
    work: Path, served: Path, size: Size, rate: float, with_singly: bool
) -> tuple[dict[tuple[str, str], float], float]:
    """Each way in turn, from a mount of its own, and the median of each; the highest memory."""
    times: dict[tuple[str, str], list[float]] = {}
    peak = 0.0
    with remote(served, work, rate, size.latency) as config:
        for number in range(size.rounds):
            out = work / f"out-{rate:g}-{number}"
            out.mkdir()
            for archive in ARCHIVES:
                for name, command in _ways(served, archive, out / archive).items():
                    once = with_singly and not number and archive == "data.zip"
                    if name == "cp -r" and not once:
                        continue
                    os.sync()  # or one pays for what the one before has left to write
                    with mounted(config, work) as mount:
                        seconds, told = _timed(command(mount))
                    if name == "stage":
                        seconds, peak = told["seconds"], max(peak, told["peak"])
                    times.setdefault((archive, name), []).append(seconds)
            _empty(out)
    return {name: sorted(found)[len(found) // 2] for name, found in times.items()}, peak


def _empty(folder: Path) -> None:
    """Give the space back and let the files be: for minutes after many were deleted, ext4 without
    a journal searches long for the inode of each new one, and times get half as long again."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.truncate(path, 0)


def _rows(times: dict[str, float], singly: float, size: Size, link: str) -> list[Row]:
    ours, unzip, read, unpack = (times[name] for name in ("stage", "unzip", "read", "local unzip"))
    most = unzip / max(read, unpack / WORKERS)
    two = times["copy, then unzip"]
    rows = [
        (
            "copying the zip, then unzip / stage",
            f"{two / ours:.2f}",
            ">= 1.1",
            f"{two:.1f} s / {ours:.1f} s, {size.files:,} files, {link}",
        ),
        (
            "unzip from the mount / stage",
            f"{unzip / ours:.2f}",
            ">= 1.5",
            f"{unzip:.1f} s / {ours:.1f} s, {size.files:,} files, {link}; at most {most:.2f}, "
            "where it takes no longer than reading, nor than unpacking by all cores",
        ),
        (
            "stage / slower of reading and unpacking",
            f"{ours / max(read, unpack):.2f}",
            "<= 1.3",
            f"{ours:.1f} s / max({read:.1f} s, {unpack:.1f} s), {link}",
        ),
    ]
    if not singly:
        return rows
    share = "" if size.singly == size.files else f" (from {size.singly:,} files)"
    detail = f"{singly:.0f} s{share} / {ours:.1f} s, {link}"
    return [("cp -r of the folder / stage", f"{singly / ours:.1f}", ">= 10", detail), *rows]


def _ways(served: Path, archive: str, out: Path) -> dict[str, Callable[[Path], list[str]]]:
    stage = [sys.executable, "-m", "bench.storage_parts.stage_once"]
    return {
        "stage": lambda mount: [*stage, str(mount / archive), f"{out}-staged"],
        "unzip": lambda mount: ["unzip", "-q", str(mount / archive), "-d", f"{out}-unzipped"],
        "read": lambda mount: ["dd", f"if={mount / archive}", "of=/dev/null", "bs=4M"],
        "copy, then unzip": lambda mount: [
            *("sh", "-c", 'cp "$0" "$1.zip" && unzip -q "$1.zip" -d "$1"'),
            *(str(mount / archive), f"{out}-two"),
        ],
        "cp -r": lambda mount: ["cp", "-r", str(mount / "few"), f"{out}-copied"],
        "local unzip": lambda mount: ["unzip", "-q", str(served / archive), "-d", f"{out}-local"],
    }


def _timed(command: list[str]) -> tuple[float, dict[str, float]]:
    begin = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - begin
    lines = done.stdout.splitlines()
    return seconds, json.loads(lines[-1]) if lines else {}


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
