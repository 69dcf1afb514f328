"""``python -m bench.peers [--rounds N] [--megabytes M] [--tensors T] [--only a,b] [--folder F]``.

Saves the same training with this library and with others, in turn within one process: an AdamW step
before each save, medians. The others are installed, at the versions below, into an environment of
their own under ``.cache``; what pip cannot install, or does not work here, is said in its row. Not
part of ``npm run bench``: ask for it with ``npm run bench -- peers``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
import venv
from pathlib import Path

from bench.peers_parts.saves import NAMES

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / ".cache" / "bench-peers"
VERSIONS = {"moonclip": "0.3.1", "torch_checkpointing": "0.1.1", "ravex": "0.10.1"}


def provide(environment: Path) -> tuple[Path, dict[str, str]]:
    """Python of an environment that has the peers beside what runs this program, and why a peer is
    missing, by name."""
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(environment, with_pip=True, clear=True)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    theirs = Path(subprocess.check_output([python, "-c", code], text=True).strip())
    (theirs / "base.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    missing = {}
    for name, version in VERSIONS.items():
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--no-deps", f"{name}=={version}"],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if "ERROR" in line]
            missing[name] = said[-1] if said else f"pip exited with {done.returncode}"
    return python, missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="saves of each kind")
    parser.add_argument("--megabytes", type=int, default=512, help="weights and AdamW's moments")
    parser.add_argument("--tensors", type=int, default=48)
    parser.add_argument("--only", default="", help=f"names with commas: {', '.join(NAMES)}")
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    options = parser.parse_args()
    chosen = [name for name in options.only.split(",") if name] or list(NAMES)
    if unknown := [name for name in chosen if name not in NAMES]:
        parser.error(f"no such library: {', '.join(unknown)}. There are {', '.join(NAMES)}.")
    python, missing = provide(ENVIRONMENT)
    folder = tempfile.mkdtemp(prefix="runtime-kit-bench-", dir=options.folder)
    job = {
        "names": [name for name in chosen if NAMES[name] not in missing],
        "folder": folder,
        "rounds": options.rounds,
        "megabytes": options.megabytes,
        "tensors": options.tensors,
    }
    try:
        subprocess.run(
            [python, "-m", "bench.peers_parts.saves", json.dumps(job)],
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name in chosen:
        if why := missing.get(NAMES[name]):
            print("BENCH " + json.dumps({"what": name, "not measured": why}), flush=True)


if __name__ == "__main__":
    main()
