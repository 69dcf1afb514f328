"""``python -m bench.storage [--full] [--only a,b] [--folder F]``.

Measures what docs/storage.md states, over `rclone serve webdav` on loopback behind a link of a set
bandwidth and latency: staging against `cp -r` and `unzip`, memory, the mirror of a run. Ratios are
of one run. Prints one ``BENCH {json}`` line a row.

Staging is measured over a slow link, where sending takes the time, and over a fast one, where
unpacking does; the mirror over the slow one. By default with 6,000 files of 50 kB, 500 of them for
`cp -r`, and a checkpoint of 1 GB: about 15 minutes. ``--full`` takes 20,000 files (1 GB), all of
them for `cp -r`: about 35 minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.storage_parts.mirror import mirror
from bench.storage_parts.staging import Size, memory, staging

Row = tuple[str, str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="1 GB in 20,000 files")
    parser.add_argument("--rate", type=float, default=50, help="MB/s of the slow link")
    parser.add_argument("--fast", type=float, default=200, help="MB/s of the fast one, 0: none")
    parser.add_argument("--latency", type=float, default=20, help="ms until a request arrives")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--only", default="", help="names of parts, with commas")
    options = parser.parse_args()
    files, singly = (20_000, 20_000) if options.full else (6_000, 500)
    size = Size(files, singly, options.rate, options.fast, options.latency, options.rounds)
    megabytes = 1000
    parts: dict[str, Callable[[Path], list[Row]]] = {
        "staging": lambda folder: staging(folder, size),
        "memory": lambda folder: memory(folder, size),
        "mirror": lambda folder: mirror(folder, size, megabytes),
    }
    for name in [name for name in options.only.split(",") if name] or list(parts):
        folder = Path(tempfile.mkdtemp(prefix="runtime-kit-bench-", dir=options.folder))
        try:
            for what, measured, target, detail in parts[name](folder):
                row = {"what": what, "measured": measured, "target": target, "detail": detail}
                print("BENCH " + json.dumps(row), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
