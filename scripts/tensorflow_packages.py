"""Puts TensorFlow (Apache-2.0) into .cache/tensorflow, for the nightly test of the GPU benchmark.

Not into .venv: it is large, wants other versions of packages that are pinned there, and each test
of the GPU check would ask it. Run with the Python of the checkout's .venv; quick when there is
nothing to do. Prints the folder, which goes to the front of PYTHONPATH.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints" / "tensorflow.txt"
TARGET = ROOT / ".cache" / "tensorflow"


def main() -> None:
    made_from = f"{hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest()} {sys.version}"
    stamp = TARGET / "made-from.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != made_from:
        print("Installing TensorFlow in .cache/tensorflow ...", file=sys.stderr)
        shutil.rmtree(TARGET, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command = [*pip, "--target", str(TARGET), "-c", str(CONSTRAINTS), "tensorflow-cpu"]
        subprocess.run(command, check=True, stdout=sys.stderr)
        stamp.write_text(made_from, encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()
