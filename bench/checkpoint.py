"""``python -m bench.checkpoint [--saves N] [--kills N] [--folder F] [--only a,b]``.

Measures what docs/checkpoints.md states: stall, time to durable, restore, slow-down, memory, bytes
of a second save, kills survived. Each row is a ratio to a baseline that was measured in turn with
it in the same process. Prints one ``BENCH {json}`` line a row.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

from bench.checkpoint_parts.kills import kills
from bench.checkpoint_parts.saves import memory, partial, restore, saves
from bench.checkpoint_parts.slowdown import slowdown

Row = tuple[str, str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=15, help="saves of each kind")
    parser.add_argument("--seconds", type=float, default=240, help="length of the slow-down runs")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--only", default="", help="names of parts, with commas")
    options = parser.parse_args()
    parts: dict[str, Callable[[Path], list[Row]]] = {
        "saves": lambda folder: saves(folder, options.saves),
        "restore": lambda folder: restore(folder, options.saves),
        "memory": memory,
        "partial": partial,
        "slowdown": lambda folder: slowdown(folder, options.seconds),
        "kills": lambda folder: kills(folder, options.kills),
    }
    chosen = [name for name in options.only.split(",") if name] or list(parts)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    for name in chosen:
        folder = Path(tempfile.mkdtemp(prefix="runtime-kit-bench-", dir=options.folder))
        try:
            for what, measured, target, detail in parts[name](folder):
                row = {"what": what, "measured": measured, "target": target, "detail": detail}
                print("BENCH " + json.dumps(row), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
