"""``python -m bench.power [--cuts N] [--seed S]``.

Cuts the power of a machine that trains and saves, on a disk that forgets what was not fsynced (a
FUSE file system in memory, see ``power_parts/lossy_disk.py``), for the library and the standalone
cell. Prints one ``BENCH {json}`` line a row. The nightly test does the same with fewer cuts.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

import torch

from bench.power_parts.cuts import DISK, MOUNT, cuts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=100, help="of each kind")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    torch.set_num_threads(1)  # the children are forked, and must not find a pool
    kinds = (("library", DISK), ("interim", DISK), ("library", MOUNT), ("cell", DISK))
    for kind, disk in kinds:
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="runtime-kit-bench-") as work:
            report = cuts(kind, disk, options.cuts, options.seed, Path(work))
        for line in report.lost:
            print(line)
        where = "a disk" if disk == DISK else "a mount, written in place"
        row = {
            "what": f"{report.cuts} power cuts, {kind} on {where}: steps lost or wrong",
            "measured": str(len(report.lost)),
            "target": "0",
            "detail": f"{report.saves} saves, {report.in_a_save} cuts in one, "
            f"{(time.monotonic() - begin) / 60:.0f} min, seed {options.seed}",
        }
        print("BENCH " + json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
