"""Makes .venv-clean: JupyterLab and Notebook as a user has them, without this project.

The packaging tests install the built wheel there. Run with the Python of the checkout's .venv;
quick when there is nothing to do. Prints the path of the environment's Python.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints" / "ci.txt"
TARGET = ROOT / ".venv-clean"
PACKAGES = ["jupyterlab", "notebook"]


def main() -> None:
    made_from = f"{hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest()} {sys.version} {ROOT}"
    stamp = TARGET / "made-from.txt"
    python = TARGET / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != made_from:
        print("Setting up a clean JupyterLab in .venv-clean ...", file=sys.stderr)
        shutil.rmtree(TARGET, ignore_errors=True)
        venv.create(TARGET, with_pip=False)
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        command = [*pip, "-c", str(CONSTRAINTS), *PACKAGES]
        subprocess.run(command, check=True, stdout=sys.stderr)
        stamp.write_text(made_from)
    print(python)


if __name__ == "__main__":
    main()
