"""Makes .venv-colab: an environment whose kernel is the one of Colab's hosted runtime.

Run with the Python of the checkout's .venv. Its machine-learning packages (PyTorch, NumPy,
scikit-learn) are seen from there as well, after the environment's own, so nothing large is
installed twice. Quick when there is nothing to do. Prints the path of the environment's Python.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints" / "colab.txt"
TARGET = ROOT / ".venv-colab"
PACKAGES = ["ipython", "ipykernel"]


def fingerprint() -> str:
    """What the environment was made from; another fingerprint means: make it anew."""
    parts = [
        CONSTRAINTS.read_bytes(),
        Path(__file__).read_bytes(),
        f"{sys.prefix} {sys.base_prefix} {sys.version}".encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def python_of(environment: Path) -> Path:
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return environment / folder / ("python.exe" if sys.platform == "win32" else "python")


def make(stamp: Path) -> None:
    if TARGET.exists():
        shutil.rmtree(TARGET)
    venv.create(TARGET, with_pip=False, symlinks=sys.platform != "win32")
    python = python_of(TARGET)
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    install = [*pip, "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-c", str(CONSTRAINTS), *PACKAGES], check=True, stdout=sys.stderr)
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([python, "-c", query], check=True, capture_output=True, text=True)
    # A line of a .pth file goes to the end of sys.path: what is pinned here wins.
    shared = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    pth = Path(answer.stdout.strip()) / "zz-shared-with-venv.pth"
    pth.write_text("\n".join(sorted(shared)) + "\n", encoding="utf-8")
    stamp.write_text(fingerprint(), encoding="utf-8")


def main() -> None:
    stamp = TARGET / "made-from.txt"
    python = python_of(TARGET)
    current = stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint()
    if not (current and python.exists()):
        print("Setting up the kernel of Colab in .venv-colab ...", file=sys.stderr)
        make(stamp)
    print(python)


if __name__ == "__main__":
    main()
