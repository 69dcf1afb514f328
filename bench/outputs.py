"""``python -m bench.outputs [--only a,b] [--hour] [--reloads N]``.

Measures what docs/outputs.md states, with real servers, kernels and Chromium:

- ``cost``: a kernel that prints, with and without the journal, and the server's CPU time for the
  journal beside that for relaying to a page.
- ``reopen``: 2,000 outputs (20 MB), restored from the journal and read from the saved file.
- ``reloads``: pages that are reloaded, closed or cut off while cells run; with us, with JupyterLab
  alone, and with jupyter-server-nbmodel, which is installed into ``.cache``. ``--reloads`` of each.
- ``training``: a loop that prints each second, its page closed soon and opened at the end. An hour
  is simulated by 3,600 lines at 60 a second; ``--hour`` takes the hour.

About 6 minutes, and 30 more for ``reloads``, which runs only when it is named.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "test/support"), str(ROOT / "test/outputs")]

from bench.outputs_parts.cost import cost  # noqa: E402
from bench.outputs_parts.pages import reopen, training  # noqa: E402
from bench.outputs_parts.reloads import VARIANTS, reloads  # noqa: E402

Row = tuple[str, str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="names of parts, with commas")
    parser.add_argument("--hour", action="store_true", help="train for an hour")
    parser.add_argument("--reloads", type=int, default=200, help="disturbed pages of each kind")
    parser.add_argument("--of", default="", help=f"kinds, with commas: {', '.join(VARIANTS)}")
    options = parser.parse_args()
    parts: dict[str, Callable[[Path], list[Row]]] = {
        "cost": cost,
        "reopen": reopen,
        "training": lambda folder: training(folder, options.hour),
        "reloads": lambda folder: reloads(folder, options.reloads, options.of),
    }
    usual = ["cost", "reopen", "training"]
    for name in [name for name in options.only.split(",") if name] or usual:
        with tempfile.TemporaryDirectory(prefix="runtime-kit-bench-") as folder:
            for what, measured, target, detail in parts[name](Path(folder)):
                row = {"what": what, "measured": measured, "target": target, "detail": detail}
                print("BENCH", json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
